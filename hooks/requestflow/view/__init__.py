"""What is seen: rows of a followed route, and everything that draws them."""
