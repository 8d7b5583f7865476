"""`emoretrieve mcp`: a collection as tools of language models."""

from __future__ import annotations

import click

from emoretrieve_cli.extras import require
from emoretrieve_cli.options import Command, Common
from emoretrieve_cli.output import print_url


@click.command("mcp", cls=Command)
@click.option("--http", is_flag=True, help="Speak streamable HTTP on this machine, instead of stdin and stdout.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="With --http: this machine's.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8001,
    show_default=True,
    metavar="N",
    help="With --http; 0 takes a free one.",
)
@click.pass_obj
def command(common: Common, http: bool, host: str, port: int) -> None:
    """Offer a collection to language models as MCP tools.

    Holds the collection until the host ends it (docs/mcp.md).
    """
    require("mcp", "MCP tools")
    from emoretrieve.mcp.backend import LibraryBackend
    from emoretrieve.mcp.serving import Address, serve_http, serve_pipes
    from emoretrieve.mcp.tools import create_server

    address = Address(host, port)
    with common.open_library() as library:
        server = create_server(LibraryBackend(library, common.collection_name))
        if http:
            serve_http(
                server, address, lambda url: print_url(url, f"MCP tools at {url} until Ctrl-C.", as_json=common.as_json)
            )
        else:
            serve_pipes(server)
