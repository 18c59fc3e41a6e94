"""What is measured: crowds that draw and point, and what only our server is asked for."""
