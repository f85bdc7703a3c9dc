"""What is read: pages, what they name, and the loop that keeps them and the definition together."""
