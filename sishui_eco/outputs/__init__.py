"""What people hold in their hands, each from the outcome and the campaign alone."""
