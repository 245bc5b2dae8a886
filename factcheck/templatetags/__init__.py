"""Template tags: the small marks that every screen is made of. They draw; they decide nothing."""
