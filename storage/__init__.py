"""The tables, the unit of work, and one module of queries for each capability."""
