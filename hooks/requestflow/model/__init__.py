"""What is written: the definition, read and checked; nothing here knows what happens to a packet."""
