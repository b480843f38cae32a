"""Three ways to write a query as it must not be written, and one as it should be: what sqlmap has to find, and what not.

`cargo xtask test --only injection` starts it and has sqlmap try it with the same settings as the real server. If sqlmap finds
nothing here, then that it finds nothing there says nothing.

Called with a port, and an address of Postgres or `sqlite`.
"""

import json
import sqlite3
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

THINGS = "(SELECT 'a1' AS id, 'first' AS name UNION SELECT 'b2', 'second') AS things"


class Sqlite:
    def __init__(self):
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.one_at_a_time = threading.Lock()

    def names(self, statement, bound=None):
        with self.one_at_a_time:
            return [row[0] for row in self.connection.execute(statement.replace("$1", "?"), (bound,) if bound is not None else ())]


class Postgres:
    """By way of psql, so that nothing has to be installed for it."""

    def __init__(self, address):
        self.address = address

    def names(self, statement, bound=None):
        command = ["psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-v", f"bound={bound}", self.address]
        asked = subprocess.run(command, input=statement.replace("$1", ":'bound'") + "\n", capture_output=True, text=True, check=True)
        return asked.stdout.splitlines()


class Injectable(BaseHTTPRequestHandler):
    def do_GET(self):
        place = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(place.query, keep_blank_values=True).items()}
        text = query.get("q", "")
        if place.path == "/search":
            self.answer(f"SELECT name FROM {THINGS} WHERE name LIKE '%{text}%'")
        elif place.path == "/bound":
            self.answer(f"SELECT name FROM {THINGS} WHERE name = $1", text)
        else:
            self.answer(f"SELECT name FROM {THINGS} WHERE id = '{unquote(place.path.removeprefix('/things/'))}'")

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.answer(f"SELECT name FROM {THINGS} WHERE name = '{sent['name']}'")

    def answer(self, statement, bound=None):
        """As a careful server would: nothing of the database's words reaches whoever asks."""
        try:
            status, body = 200, {"items": self.server.database.names(statement, bound)}
        except Exception:
            status, body = 500, {"error": {"code": "internal", "message": "something went wrong", "details": None}}
        body = json.dumps(body).encode()
        head = f"HTTP/1.1 {status} Answer\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.close_connection = True
        # In one piece, because two would wait for each other.
        self.wfile.write(head.encode() + body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Injectable)
server.database = Sqlite() if sys.argv[2] == "sqlite" else Postgres(sys.argv[2])
server.serve_forever()
