"""Tokens as a forger makes them: anything may be changed, and the server's own keys may be at hand."""
import base64
import hashlib
import hmac
import json
import pathlib
import time

HEADER = {"alg": "HS256", "typ": "JWT"}


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def claims_of(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


class Forger:
    """Knows the keys of the server whose data lies in that folder."""

    def __init__(self, data):
        keys = pathlib.Path(data, "keys")
        self.token_key = (keys / "token.key").read_bytes()
        self.refresh_key = (keys / "refresh.key").read_bytes()

    def sign(self, claims, header=None, key=None, digest=hashlib.sha256):
        text = f"{encoded(compact(header or HEADER))}.{encoded(compact(claims))}"
        mac = hmac.new(self.token_key if key is None else key, text.encode(), digest).digest()
        return f"{text}.{encoded(mac)}"

    def refresh(self, session, gen):
        text = f"{session}.{gen}"
        return f"{text}.{encoded(hmac.new(self.refresh_key, text.encode(), hashlib.sha256).digest())}"


def bad_tokens(forger, good):
    """(what is wrong, token, code) of everything that must open nothing."""
    claims = claims_of(good)
    head, body, mac = good.split(".")
    now = int(time.time())

    def changed(**values):
        return forger.sign({**claims, **values})

    def without(name):
        return forger.sign({k: v for k, v in claims.items() if k != name})

    def under(**header):
        return forger.sign(claims, {**HEADER, **header})

    unsigned = encoded(compact({"alg": "none", "typ": "JWT"}))
    yield "another key", forger.sign(claims, key=b"k" * 32), "UNAUTHORIZED"
    yield "an empty key", forger.sign(claims, key=b""), "UNAUTHORIZED"
    yield "the refresh key", forger.sign(claims, key=forger.refresh_key), "UNAUTHORIZED"
    yield "no signature", f"{head}.{body}.", "UNAUTHORIZED"
    yield "no third part", f"{head}.{body}", "UNAUTHORIZED"
    yield "a short signature", good[:-4], "UNAUTHORIZED"
    yield "a long signature", good + "AAAA", "UNAUTHORIZED"
    yield "a fourth part", f"{good}.{mac}", "UNAUTHORIZED"
    yield "a signature of nothing", f"{head}.{body}.{encoded(bytes(32))}", "UNAUTHORIZED"
    yield "claims edited under the old signature", \
        f"{head}.{encoded(compact({**claims, 'user_id': '1', 'sub': '1'}))}.{mac}", "UNAUTHORIZED"
    for alg in ("none", "None", "HS384", "HS512", "RS256", "ES256", "hs256", ""):
        yield f"alg {alg}, signed", under(alg=alg), "UNAUTHORIZED"
    yield "alg none, unsigned", f"{unsigned}.{body}.", "UNAUTHORIZED"
    yield "alg none, the old signature", f"{unsigned}.{body}.{mac}", "UNAUTHORIZED"
    yield "HS384 in earnest", forger.sign(claims, {"alg": "HS384", "typ": "JWT"}, digest=hashlib.sha384), \
        "UNAUTHORIZED"
    yield "HS512 in earnest", forger.sign(claims, {"alg": "HS512", "typ": "JWT"}, digest=hashlib.sha512), \
        "UNAUTHORIZED"
    for kid in ("../../../../dev/null", "token.key", "' UNION SELECT 'k' --", "", 0):
        yield f"kid {kid!r}", under(kid=kid), "UNAUTHORIZED"
        yield f"kid {kid!r} and an empty key", forger.sign(claims, {**HEADER, "kid": kid}, key=b""), "UNAUTHORIZED"
    yield "jku", under(jku="http://127.0.0.1:1/keys"), "UNAUTHORIZED"
    yield "x5u", under(x5u="http://127.0.0.1:1/chain"), "UNAUTHORIZED"
    yield "its own jwk", forger.sign(claims, {**HEADER, "jwk": {"kty": "oct", "k": encoded(b"k" * 32)}},
                                     key=b"k" * 32), "UNAUTHORIZED"
    yield "crit", under(crit=["exp"]), "UNAUTHORIZED"
    yield "typ in the header", under(typ="at+jwt"), "UNAUTHORIZED"
    for name in claims:
        yield f"without {name}", without(name), "UNAUTHORIZED"
    yield "another issuer", changed(iss="elsewhere"), "UNAUTHORIZED"
    yield "another audience", changed(aud="elsewhere"), "UNAUTHORIZED"
    yield "a list of audiences", changed(aud=["gochat"]), "UNAUTHORIZED"
    yield "another kind", changed(typ="refresh"), "UNAUTHORIZED"
    yield "another subject", changed(sub="1"), "UNAUTHORIZED"
    yield "somebody else's session", changed(user_id="1", sub="1"), "UNAUTHORIZED"
    yield "a session that never was", changed(sid="1"), "UNAUTHORIZED"
    yield "a session below zero", changed(sid="-1"), "UNAUTHORIZED"
    yield "a number beyond all bounds", changed(sid="9" * 30), "UNAUTHORIZED"
    yield "an id that is a number", changed(user_id=int(claims["user_id"])), "UNAUTHORIZED"
    yield "a claim twice", _raw(forger, compact(claims).replace(b'{"', b'{"sid":"1","', 1)), "UNAUTHORIZED"
    yield "from the future", changed(iat=now + 3600), "UNAUTHORIZED"
    yield "an expiry that is text", changed(exp="never"), "UNAUTHORIZED"
    yield "an expiry that is a fraction", changed(exp=1e300), "UNAUTHORIZED"
    yield "an expiry beyond all time", changed(exp=2**63 - 1), "UNAUTHORIZED"
    yield "an expiry before all time", changed(exp=-1), "UNAUTHORIZED"
    yield "expired", changed(exp=now - 3600), "TOKEN_EXPIRED"
    yield "expired at the dawn of time", changed(exp=0), "TOKEN_EXPIRED"
    yield "claims that are no JSON", _raw(forger, b"{"), "UNAUTHORIZED"
    yield "claims that are a list", _raw(forger, b"[]"), "UNAUTHORIZED"
    yield "no claims", _raw(forger, b""), "UNAUTHORIZED"
    yield "base64 with padding", f"{head}.{body}=.{mac}", "UNAUTHORIZED"
    yield "base64 of another alphabet", f"{head}.{body[:-2]}+/.{mac}", "UNAUTHORIZED"
    yield "a line break inside the signature's base64", f"{head}.{body}.{mac[:8]}%0A{mac[8:]}", "UNAUTHORIZED"
    yield "dots", "...", "UNAUTHORIZED"
    yield "a word", "nonsense", "UNAUTHORIZED"
    yield "5,000 bytes", f"{head}.{'A' * 5000}.{mac}", "UNAUTHORIZED"


def _raw(forger, body):
    text = f"{encoded(compact(HEADER))}.{encoded(body)}"
    return f"{text}.{encoded(hmac.new(forger.token_key, text.encode(), hashlib.sha256).digest())}"
