"""What was asked: campaign, form, roster, catalogue; settings workbook -> Campaign."""
