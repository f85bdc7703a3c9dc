"""What happens: routing tables, Services and packets of one route, computed; what cannot happen is refused."""
