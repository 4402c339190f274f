"""Files of matters: read in three formats, a template to fill in, a report of refused rows."""
