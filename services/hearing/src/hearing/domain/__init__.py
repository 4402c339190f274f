"""What a hearing is and what may be done with it; knows neither database nor protocol."""
