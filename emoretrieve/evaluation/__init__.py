"""Numbers about descriptions, colours and pairs: what they are, each by itself, and the study's own (`study`)."""
