"""How standards move: procedures, their stages and their calendar. Plain Python, no framework."""
