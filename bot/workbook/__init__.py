"""The guides as a workbook that an office keeps: written and read without loss.

One sheet a table, its first row in words, a hidden second row with the names of the fields. Several
values of one field stand in one cell, a line each; papers, places and sources have sheets of their
own, a row each, tied to their guide by its id.
"""

from bot.workbook.read import read_book
from bot.workbook.write import write_book

__all__ = ["read_book", "write_book"]
