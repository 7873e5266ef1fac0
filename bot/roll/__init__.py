"""The name list that an office keeps (花名册) as a way to bring a community in, and to give it back.

Unlike the YAML register it only adds and changes: whoever a list does not name keeps all they have, for an
office has a list a building, a list of elders, a list of last year. Nothing is loaded unseen: every
problem stands in a preview by sheet, row and column.
"""
