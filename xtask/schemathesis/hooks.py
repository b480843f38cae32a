"""What schemathesis draws at random finds nothing: ids that are there are put in their places, where a request is meant to be
good, and every operation that the server accepts is noted, so that what is never reached is noticed.

What is drawn to be wrong stays as it was drawn.
"""

import json
import os
import urllib.error
import urllib.request

import schemathesis

ADDRESS = os.environ["LATHE_ADDRESS"]
SESSION = os.environ["LATHE_SESSION"]
ACCEPTED = os.environ["LATHE_ACCEPTED"]

ENDED = ("succeeded", "failed", "cancelled", "timed_out")
# Names in paths that no list of ids gives.
KNOWN = {"version": "1", "label": "latest", "kind": "data.set", "provider": "github", "model": "workflows"}
# Fields of bodies that name another thing.
REFERENCES = {"workflow_id": "/api/workflows", "application_id": "/api/applications"}

seen = set()


def ask(path, method="GET", body=None):
    """A reply of the server, or nothing where it has none."""
    request = urllib.request.Request(ADDRESS + path, method=method)
    request.add_header("Authorization", f"Bearer {SESSION}")
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, data, timeout=20) as answer:
            return json.loads(answer.read() or b"null")
    except (urllib.error.URLError, ValueError):
        return None


def listed(path):
    found = ask(path + ("&" if "?" in path else "?") + "limit=100")
    items = found.get("items", []) if isinstance(found, dict) else found
    return items if isinstance(items, list) else []


def at(items, place=0):
    return items[place]["id"] if items else None


def execution(path):
    """One that has ended, or one that waits, as the operation needs it; made when there is none."""
    items = listed("/api/executions")
    ended = path.endswith("/rerun") or "{sha256}" in path
    fit = [one for one in items if (one["status"] in ENDED) == ended]
    if path.endswith("/resume"):
        fit = [one for one in fit if one["status"] == "paused"]
    elif path.endswith("/pause"):
        fit = [one for one in fit if one["status"] != "paused"]
    if fit or ended:
        return at(fit)
    named = [one for one in listed("/api/workflows") if one["name"] == "flow_await"]
    if not named:
        return at(items)
    body = {"inputs": {"order": f"drawn-{len(items)}-{os.urandom(4).hex()}"}}
    made = ask(f"/api/workflows/{named[0]['id']}/execute", "POST", body) or {}
    if path.endswith("/resume") and made.get("id"):
        ask(f"/api/executions/{made['id']}/pause", "POST", {})
    return made.get("id")


def wanted(path, method, name):
    """What is there for a name in a path; nothing when there is no such thing."""
    first = path.split("/{")[0]
    if name == "execution" or (name == "id" and first == "/api/executions"):
        return execution(path)
    if name == "id" and path.endswith("/restore") and "{version}" not in path:
        gone = [one for one in listed("/api/trash") if one["restore"].startswith(first + "/")]
        return at(gone)
    if name == "id" and first == "/api/records":
        return at(listed("/api/workflows"))
    if name == "id":
        # The first ones are what others stand on, and one's own account and workspace.
        changes = method in ("DELETE", "PATCH") or first == "/api/users"
        return at(listed(first), -1 if changes else 0)
    if name == "user_id":
        return at(listed("/api/users"))
    if name == "invitation_id":
        return at(listed(f"/api/workspaces/{at(listed(first))}/invitations"), -1)
    if name == "token" and first == "/api/hooks":
        webhooks = [one["url"] for one in listed("/api/webhooks") if one.get("enabled")]
        return webhooks[0].rstrip("/").rsplit("/", 1)[-1] if webhooks else None
    return KNOWN.get(name)


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    headers = case.headers
    # Any other workspace is one that the caller does not see, and any other revision is an old one.
    for name in ("Lathe-Workspace", "If-Match"):
        headers.pop(name, None)
    if case.query:
        case.query.pop("cursor", None)
        # Runs that wait for somebody answer when the time is up.
        if "wait" in case.query:
            case.query["wait"] = "1s"
    if case.meta.phase.name.value != "stateful":
        path, method = case.operation.path, case.operation.method.upper()
        for name in list(case.path_parameters):
            value = wanted(path, method, name)
            if value is not None:
                case.path_parameters[name] = value
    if isinstance(case.body, dict) and case.operation.path.startswith("/api/outgoing-webhooks"):
        # Of what is drawn no text is an address, none is Base64, and hardly any is a header.
        for field in ("secret", "headers"):
            case.body.pop(field, None)
        if "url" in case.body:
            case.body["url"] = "https://hooks.example.org/lathe"
    if isinstance(case.body, dict):
        for field, path in REFERENCES.items():
            value = at(listed(path)) if field in case.body else None
            if value is not None:
                case.body[field] = value


@schemathesis.hook
def after_call(context, case, response):
    if 200 <= response.status_code < 400:
        one = f"{case.operation.method.upper()} {case.operation.path}"
        if one not in seen:
            seen.add(one)
            with open(ACCEPTED, "a", encoding="utf-8") as accepted:
                accepted.write(one + "\n")
