"""Technical ground of Lianxin: the only code that services share."""
