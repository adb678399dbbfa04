"""Events, their order, and the series and arithmetic on recorded values."""
