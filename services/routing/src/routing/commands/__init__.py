"""What routing can be asked to do: frozen values, in the imperative."""
