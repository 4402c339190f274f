"""Public hearings (听证评议): scheduling them across departments, rooms and panels."""
