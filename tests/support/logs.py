"""What a test that sets up no log writes: an error's frames as Python tells them."""

import structlog


def log_plainly() -> None:
    """As it comes, but without the frames' sources and values in colours: to draw those for one error of a
    database takes a second, and nobody reads them."""
    structlog.reset_defaults()
    *usual, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*usual, plain])
