#!/usr/bin/env python3
"""Verifies a Holdfast bundle with nothing but the Python standard library; see bundle-format.md.

Checks the container, the lines, the manifest, every hash chain, the signatures and keys of all checkpoints, the Merkle root of
each where the bundle is of a whole ledger, the proofs where it is of a part, and that every unit is charged at the price of
its place in the table that the account had agreed: of a published price book, of one that came with the ledger, or its own. It
knows no other rules of money: for those use `auditor verify`. With --checkpoint a file of checkpoints that was kept elsewhere
is compared as well.

Prints one line for each finding, the first 1000, and ends with 0 (none), 1 (findings) or 2 (it could not run).
"""
import argparse
import decimal
import hashlib
import json
import re
import sys
import time
import zlib

HEADER = bytes.fromhex("1f8b08000000000000ff")
FIELDS = {
    "bundle": ["format", "exportedAt", "accounts", "from", "until", "eventsMax", "marks"],
    "price-book": ["book"],
    "proof": ["checkpoint", "stream", "revision", "hash", "index", "size", "path"],
    "start": ["stream", "revision", "hash", "available", "frozen"],
    "event": ["place", "stream", "revision", "type", "data", "metadata", "hash", "id", "recordedAt"],
    "head": ["stream", "revision", "hash", "available", "frozen"],
    "manifest": ["priceBooks", "proofs", "starts", "events", "heads", "sha256"],
}
RANK = {"bundle": 0, "price-book": 1, "proof": 2, "start": 3, "event": 3, "head": 4, "manifest": 5}
EVENT_START = re.compile(rb'\{"kind":"event","place":[0-9]*,"stream":"([^"\\]*)"')
CHECKSUM_BYTES = len(',"crc":"00000000"}')
FINDINGS_KEPT_MAX = 1000
LATE_WINDOW_MS = 24 * 60 * 60 * 1000
COUNTED = {"price-book": "priceBooks", "proof": "proofs", "start": "starts", "event": "events", "head": "heads"}


class Damaged(Exception):
    """The bundle cannot be read any further."""


# Ed25519 as in RFC 8032, section 5.1; for verifying only, so nothing here need be constant in time.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recovered_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(encoded):
    number = int.from_bytes(encoded, "little")
    y = number & ((1 << 255) - 1)
    x = recovered_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def added(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiplied(scalar, p):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = added(result, p)
        p = added(p, p)
        scalar >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recovered_x(BASE_Y, 0), BASE_Y, 1, recovered_x(BASE_Y, 0) * BASE_Y % P)


def is_signed(public_key, message, signature):
    try:
        key, signed = bytes.fromhex(public_key), bytes.fromhex(signature)
    except ValueError:
        return False
    if len(key) != 32 or len(signed) != 64 or key.hex() != public_key or signed.hex() != signature:
        return False
    a, r, s = point(key), point(signed[:32]), int.from_bytes(signed[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signed[:32] + key + message).digest(), "little") % L
    left, right = multiplied(s, BASE), added(r, multiplied(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def canonical(*fields):
    """Each field as its length in bytes, a colon, and its bytes."""
    parts = [str(field).encode() for field in fields]
    return b"".join(str(len(part)).encode() + b":" + part for part in parts)


def chain_hash(previous, e):
    fields = (previous, e["stream"], e["revision"], e["type"], e["data"], e["metadata"])
    return hashlib.sha256(canonical("holdfast-chain-1", *fields)).hexdigest()


def event_id(digest):
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def leaf(stream, revision, digest):
    return hashlib.sha256(b"\0" + canonical(stream, revision, digest)).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """RFC 6962, section 2.1, over the last event of each stream, in the order of the streams' names."""

    def __init__(self):
        self.heads, self.changed, self.places, self.levels = {}, set(), {}, []

    def move(self, stream, revision, digest):
        self.heads[stream] = (revision, digest)
        self.changed.add(stream)

    def root(self):
        if not self.heads:
            return hashlib.sha256(b"").hexdigest()
        if len(self.places) != len(self.heads):
            known = {stream: self.levels[0][place] for stream, place in self.places.items() if stream not in self.changed}
            names = sorted(self.heads, key=str.encode)
            self.places = {stream: place for place, stream in enumerate(names)}
            self.levels = [[known.get(stream) or leaf(stream, *self.heads[stream]) for stream in names]]
            while len(self.levels[-1]) > 1:
                below = self.levels[-1]
                self.levels.append([above(below, place) for place in range((len(below) + 1) // 2)])
        else:
            places = {self.places[stream] for stream in self.changed}
            for stream in self.changed:
                self.levels[0][self.places[stream]] = leaf(stream, *self.heads[stream])
            for below, level in zip(self.levels, self.levels[1:]):
                places = {place // 2 for place in places}
                for place in places:
                    level[place] = above(below, place)
        self.changed.clear()
        return self.levels[-1][0].hex()


def above(below, place):
    pair = below[2 * place : 2 * place + 2]
    return node(*pair) if len(pair) == 2 else pair[0]


def root_of(proof):
    """RFC 9162, section 2.1.3.2; None if the proof leads nowhere."""
    at, last = proof["index"], proof["size"] - 1
    if not 0 <= at <= last:
        return None
    digest = leaf(proof["stream"], proof["revision"], proof["hash"])
    for text in proof["path"]:
        if last == 0:
            return None
        if at % 2 == 1 or at == last:
            digest = node(bytes.fromhex(text), digest)
            while at % 2 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            digest = node(digest, bytes.fromhex(text))
        at, last = at >> 1, last >> 1
    return digest.hex() if last == 0 else None


def unpacked(file):
    """The bytes of the one gzip member that a bundle is."""
    if file.read(len(HEADER)) != HEADER:
        raise Damaged("it does not begin as a bundle")
    inflate, checksum, length, rest = zlib.decompressobj(-15), 0, 0, b""
    while not inflate.eof:
        packed = file.read(1 << 16)
        if not packed:
            raise Damaged("it is too short")
        try:
            piece = inflate.decompress(packed)
        except zlib.error as error:
            raise Damaged(f"it cannot be unpacked: {error}") from None
        checksum, length = zlib.crc32(piece, checksum), length + len(piece)
        yield piece
    rest = inflate.unused_data + file.read(16)
    if rest != checksum.to_bytes(4, "little") + (length % 2**32).to_bytes(4, "little"):
        raise Damaged("its checksum or length is wrong, or something stands behind its end")


def lines_of(pieces):
    kept = b""
    for piece in pieces:
        *lines, kept = (kept + piece).split(b"\n")
        yield from lines
    if kept:
        raise Damaged("its last line has no end")


# Sums of amounts with nine decimals are exact; a decimal is never a float.
decimal.getcontext().prec = 100


def table_hash(steps):
    return hashlib.sha256(" ".join(f"{step['upTo'] or '*'}:{step['price']}" for step in steps).encode()).hexdigest()[:32]


def cost_of(steps, units):
    """Of the first units of a table."""
    total, after = decimal.Decimal(0), 0
    for step in steps:
        end = units if step["upTo"] is None else min(units, step["upTo"])
        total += decimal.Decimal(step["price"]) * max(0, end - after)
        after = max(after, end)
    return total


def most_of(steps, after, units):
    """The most that units can cost that are charged some time after the first ones: where a step ends it can turn."""
    ends = [step["upTo"] for step in steps if step["upTo"] is not None]
    places = [after] + [place for end in ends for place in (end, end - units) if place > after]
    return max(cost_of(steps, place + units) - cost_of(steps, place) for place in places)


class Prices:
    """What was agreed with each account, and whether its charges follow it; of accounts that begin in the bundle."""

    def __init__(self):
        self.books, self.terms, self.units = {}, {}, {}
        self.holds, self.ended, self.ended_max = {}, {}, 1024

    def bring(self, book):
        self.books[f"{book['name']}@{book['version']}"] = book["products"]

    def publish(self, book):
        """What is published counts from there on. Returns what is wrong with it."""
        name, version = book["name"], book["version"]
        others = [int(known.rpartition("@")[2]) for known in self.books if known.rpartition("@")[0] == name]
        same = self.books.get(f"{name}@{version}")
        self.bring(book)
        if same == book["products"]:
            return None
        return None if version == max(others, default=0) + 1 else f"{name}@{version} is not the next version"

    def take(self, e, say):
        kind, stream = e["type"].rpartition(".v")[0], e["stream"]
        if kind == "account-opened":
            self.terms[stream] = (json.loads(e["data"])["priceBook"], {})
        elif stream not in self.terms:
            return
        elif kind == "terms-changed":
            terms = json.loads(e["data"])["terms"]
            self.terms[stream] = (terms["priceBook"], terms["overrides"])
        elif kind == "funds-frozen":
            self.freeze(stream, json.loads(e["data"]), say)
        elif kind in ("hold-settled", "hold-settled-late"):
            self.charge(stream, json.loads(e["data"]), kind == "hold-settled", say)
        elif kind in ("hold-released", "hold-expired"):
            hold = (stream, json.loads(e["data"])["holdId"])
            if hold in self.holds:
                self.end_unused(hold, json.loads(e["data"])["at"])

    def freeze(self, stream, data, say):
        pricing, (book, own) = data["pricing"], self.terms[stream]
        if pricing is None:
            return
        steps = own.get(data["product"]) or self.books.get(book, {}).get(data["product"], {}).get("steps")
        if pricing["book"] != book or steps is None or table_hash(steps) != pricing["table"]:
            say("price-table-wrong", f"hold {data['holdId']} is not priced by {book}")
            return
        counter = (stream, pricing["year"], pricing["counter"])
        self.holds[stream, data["holdId"]] = (steps, counter, data["expiresAt"])
        if pricing["unitsCharged"] != self.units.get(counter, 0):
            say("freeze-bound-wrong", f"hold {data['holdId']}: other units were charged")
        in_money = data["quantity"] - sum(pack["units"] for pack in data["packs"] or [])
        for amount, units in (data["amount"], in_money), (data["maxLateCharge"], data["quantity"]):
            if decimal.Decimal(amount) != most_of(steps, pricing["unitsCharged"], units):
                say("freeze-bound-wrong", f"hold {data['holdId']}: {amount} is not the most that {units} units can cost")

    def end_unused(self, hold, now):
        """It can still be charged for a day after its deadline."""
        self.ended[hold] = self.holds.pop(hold)
        if len(self.ended) > self.ended_max:
            self.ended = {hold: one for hold, one in self.ended.items() if one[2] + LATE_WINDOW_MS > now}
            self.ended_max = max(1024, 2 * len(self.ended))

    def charge(self, stream, data, in_time, say):
        found = (self.holds if in_time else self.ended).pop((stream, data["holdId"]), None)
        if found is None or data["lines"] is None:
            return
        steps, counter, _ = found
        units = self.units.get(counter, 0)
        self.check(steps, data["lines"], units + 1, data, say)
        self.units[counter] = units + sum(line["units"] for line in data["lines"])

    def check(self, steps, lines, at, data, say):
        """Lines are of consecutive units, each of the price of its place in the table; together they are the amount."""
        total = decimal.Decimal(0)
        for line in lines:
            if line["from"] != at or line["units"] < 1:
                say("tier-position-wrong", f"hold {data['holdId']}: {line['from']}, where {at} is the next")
                return
            step = next((step for step in steps if step["upTo"] is None or at <= step["upTo"]))
            at += line["units"]
            cost = decimal.Decimal(step["price"]) * line["units"]
            if line["price"] != step["price"] or decimal.Decimal(line["amount"]) != cost:
                say("tier-price-wrong", f"hold {data['holdId']}: {line['price']}, the price is {step['price']}")
            elif step["upTo"] is not None and at - 1 > step["upTo"]:
                say("tier-price-wrong", f"hold {data['holdId']}: a line runs past the end of its tier")
            total += decimal.Decimal(line["amount"])
        if total != decimal.Decimal(data["amount"]):
            say("tier-price-wrong", f"hold {data['holdId']}: its lines do not add up to its amount")


def is_as_it_begins(line, value):
    """Whether a line that begins as an event of a stream is that: a name could stand in it a second time."""
    begun = EVENT_START.match(line)
    return begun is None or (value["kind"] == "event" and value["stream"].encode() == begun[1])


class Verifier:
    def __init__(self, outside):
        self.outside, self.findings, self.found = outside, [], 0
        self.crc, self.prices, self.stopped = 0, Prices(), set()
        self.header, self.rank, self.place = None, -1, -1
        self.counts, self.marks = {name: 0 for name in FIELDS["manifest"][:-1]}, set()
        self.digest = hashlib.sha256()
        self.tree, self.untold, self.roots, self.proofs = Tree(), {}, {}, {}
        self.keys, self.checkpoints, self.newest_hash, self.number = [], [], None, 0
        self.truncations, self.notes = [], []
        self.partial, self.ended = False, False

    def say(self, kind, where, detail=""):
        self.found += 1
        if len(self.findings) < FINDINGS_KEPT_MAX:
            self.findings.append(f"{kind}  {where}  {detail}")

    def read(self, file, progress):
        number = 0
        try:
            for number, line in enumerate(lines_of(unpacked(file)), 1):
                self.take(line, f"line {number}")
                progress(self.counts["events"], self.header["eventsMax"])
            if not self.ended:
                raise Damaged("it has no manifest")
        except Damaged as damage:
            self.say("bundle-damaged", f"bundle, line {number}", damage)
        except (TypeError, ValueError, KeyError, IndexError) as error:
            self.say("bundle-damaged", f"bundle, line {number}", f"a field is not what it should be: {error!r}")
        self.finish()

    def take(self, line, where):
        try:
            value = json.loads(line)
            kind = value["kind"]
            right = list(value) == ["kind", *FIELDS[kind], "crc"] and is_as_it_begins(line, value)
        except (ValueError, KeyError, TypeError):
            raise Damaged(f"{where} is no line of a bundle") from None
        if not right or self.ended or RANK[kind] < self.rank or (self.rank < 0) != (kind == "bundle"):
            raise Damaged(f"{where} is not in its place")
        self.rank = RANK[kind]
        body, end = line[:-CHECKSUM_BYTES], line[-CHECKSUM_BYTES:]
        self.crc = zlib.crc32(body, self.crc)
        if end != b',"crc":"%08x"}' % self.crc:
            of = f"{value['stream']} {value['revision']}" if "stream" in value else "bundle"
            self.say("bundle-line-wrong", f"{of}, {where}")
            self.crc = int(value["crc"], 16) & 0xFFFFFFFF
        if kind == "manifest":
            self.ended = True
            told = {"kind": "manifest", **self.counts, "sha256": self.digest.hexdigest()}
            if body != json.dumps(told, separators=(",", ":")).encode()[:-1]:
                self.say("bundle-manifest-wrong", f"bundle, {where}")
            return
        self.digest.update(line + b"\n")
        if kind in COUNTED:
            self.counts[COUNTED[kind]] += 1
        getattr(self, "take_" + kind.replace("-", "_"))(value)

    def take_bundle(self, value):
        if value["format"] != "holdfast-bundle-2":
            raise Damaged("its format is not known here")
        self.header = value
        self.partial = any(value[field] is not None for field in ("accounts", "from", "until"))
        self.marks = {*value["marks"], *(one["events"] for one in self.outside)}

    def take_price_book(self, value):
        self.prices.bring(value["book"])

    def take_proof(self, value):
        self.proofs[value["stream"]] = [value, True]

    def take_start(self, value):
        stream = value["stream"]
        if self.header["from"] is None or not stream.startswith("account-") or stream in self.tree.heads:
            self.say("bundle-misplaced", f"{stream} {value['revision']}")
        self.tree.move(value["stream"], value["revision"], value["hash"])
        self.meet(value)

    def take_event(self, e):
        where = f"{e['stream']} {e['revision']}"
        if e["place"] <= self.place if self.partial else e["place"] != self.place + 1:
            self.say("bundle-misplaced", where)
        self.place = max(self.place + 1, e["place"])
        revision, previous = self.tree.heads.get(e["stream"], (-1, "0" * 64))
        if e["revision"] != revision + 1:
            self.say("revision-gap", where)
            self.stopped.add(e["stream"])
        elif chain_hash(previous, e) != e["hash"]:
            self.say("hash-wrong", where)
        if event_id(e["hash"]) != e["id"]:
            self.say("event-id-wrong", where)
        self.tree.move(e["stream"], e["revision"], e["hash"])
        self.untold[e["stream"]] = (e["revision"], e["hash"])
        self.meet(e)
        if e["stream"] == "checkpoints":
            self.take_checkpoint_event(e, where)
        elif e["stream"] == "price-books":
            self.take_published(e, where)
        elif e["stream"] not in self.stopped:
            self.take_prices(e, where)
        if not self.partial and self.place + 1 in self.marks:
            self.roots[self.place + 1] = self.tree.root()

    def take_published(self, e, where):
        try:
            reason = self.prices.publish(json.loads(e["data"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = repr(error)
        if reason is not None:
            self.say("price-book-invalid", where, reason)

    def take_prices(self, e, where):
        try:
            self.prices.take(e, lambda kind, detail: self.say(kind, where, detail))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, StopIteration) as error:
            self.stopped.add(e["stream"])
            self.say("event-unreadable", where, repr(error))

    def meet(self, e):
        proof = self.proofs.get(e["stream"])
        if proof is None or not proof[1] or e["revision"] < proof[0]["revision"]:
            return
        proof[1] = False
        if e["revision"] == proof[0]["revision"] and e["hash"] != proof[0]["hash"]:
            self.say("proof-wrong", f"{e['stream']} {e['revision']}", "it is of another event")

    def take_head(self, value):
        if self.untold.pop(value["stream"], None) != (value["revision"], value["hash"]):
            self.say("head-differs", f"{value['stream']} {value['revision']}")

    def take_checkpoint_event(self, e, where):
        try:
            data = json.loads(e["data"])
            if e["type"] == "signing-key-announced.v1":
                self.take_key(data, where)
            elif e["type"] == "signing-key-replaced.v1":
                self.take_replacing_key(data, where)
            elif e["type"] == "truncation-accepted.v1":
                self.take_truncation(data, e["hash"], where)
            elif e["type"] == "checkpoint-signed.v1":
                self.take_checkpoint(data, e["hash"], where)
            else:
                raise KeyError(e["type"])
        except (ValueError, KeyError, TypeError):
            self.say("checkpoint-unreadable", where)

    def take_key(self, key, where):
        before = self.keys[-1]["keyId"] if self.keys else None
        if key["keyId"] != hashlib.sha256(bytes.fromhex(key["publicKey"])).hexdigest()[:16] or key["announcedBy"] != before:
            self.say("checkpoint-key-wrong", where)
        text = canonical("holdfast-signing-key-1", key["at"], key["keyId"], key["publicKey"], key["announcedBy"] or "")
        by = key["publicKey"] if before is None else self.keys[-1]["publicKey"]
        if not is_signed(by, text, key["signature"]):
            self.say("checkpoint-signature-wrong", where)
        self.keys.append(key)

    def take_replacing_key(self, key, where):
        before = self.keys[-1]["keyId"] if self.keys else None
        if key["keyId"] != hashlib.sha256(bytes.fromhex(key["publicKey"])).hexdigest()[:16] or key["replaces"] != before:
            self.say("checkpoint-key-wrong", where)
        text = canonical("holdfast-signing-key-1", key["at"], key["keyId"], key["publicKey"], "")
        if not is_signed(key["publicKey"], text, key["signature"]):
            self.say("checkpoint-signature-wrong", where)
        self.notes.append(f"the key {key['keyId']} signs in place of {key['replaces']}, which does not vouch for it")
        self.keys.append(key)

    def take_truncation(self, one, digest, where):
        if not 1 <= one["from"] <= one["number"]:
            self.say("checkpoint-misplaced", where)
        self.truncations.append(one)
        self.number, self.newest_hash = max(self.number, one["number"]), digest

    def explanation(self, outside):
        """Why a checkpoint that was kept outside is not here, where somebody has written that down."""
        for one in self.truncations:
            same = outside["number"] == one["number"] and outside["signature"] == one["signature"]
            if same or one["from"] <= outside["number"] < one["number"]:
                return one
        return None

    def take_checkpoint(self, one, digest, where):
        if one["number"] != self.number + 1 or one["previous"] != self.newest_hash:
            self.say("checkpoint-misplaced", where)
        if not self.keys or one["keyId"] != self.keys[-1]["keyId"]:
            self.say("checkpoint-key-wrong", where)
        elif not is_signed(self.keys[-1]["publicKey"], checkpoint_text(one), one["signature"]):
            self.say("checkpoint-signature-wrong", where)
        if not self.partial and self.roots.get(one["events"]) != one["root"]:
            self.say("checkpoint-root-wrong", where)
        self.checkpoints.append(one)
        self.number, self.newest_hash = one["number"], digest

    def finish(self):
        by_number = {one["number"]: one for one in self.checkpoints}
        for stream in self.untold if self.ended else ():
            self.say("head-differs", stream, "it has events, and no head")
        for proof, awaited in self.proofs.values():
            where = f"{proof['stream']} {proof['revision']}"
            one = by_number.get(proof["checkpoint"])
            if one is None or one["streams"] != proof["size"] or root_of(proof) != one["root"]:
                self.say("proof-wrong", where, "it does not lead to its root")
            if awaited and self.header["from"] is None:
                self.say("proof-wrong", where, "its event is missing")
        accepted = []
        for one in self.outside:
            where = f"checkpoint {one['number']}, kept outside"
            key_id = hashlib.sha256(bytes.fromhex(one["publicKey"])).hexdigest()[:16]
            sealed = one["keyId"] == key_id and is_signed(one["publicKey"], checkpoint_text(one), one["signature"])
            here = by_number.get(one["number"], {}).get("signature") == one["signature"]
            truncation = None if here or not sealed else self.explanation(one)
            if truncation is not None:
                accepted += [] if truncation in accepted else [truncation]
                continue
            if not sealed:
                self.say("checkpoint-signature-wrong", where)
            if by_number.get(one["number"], {}).get("signature") != one["signature"]:
                self.say("checkpoint-differs", where)
            if self.partial:
                continue
            if one["events"] > self.place + 1:
                self.say("log-cut-off", where)
            elif self.roots.get(one["events"]) != one["root"]:
                self.say("checkpoint-root-wrong", where)
        for one in accepted:
            told = f"the last covers {one['events']} events, there were {one['eventsHere']}, and that was accepted"
            self.say("truncation-accepted", f"checkpoints {one['from']} to {one['number']}, kept outside", told)


def checkpoint_text(one):
    names = ("at", "number", "position", "events", "streams", "root")
    return canonical("holdfast-checkpoint-1", *(one[name] for name in names), one["previous"] or "", one["keyId"])


def checkpoints_in(file):
    """Those of a file that was kept outside, and the numbers of its lines that are torn, as a full disk leaves them."""
    whole, torn = [], []
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
            checkpoint_text(one), bytes.fromhex(one["publicKey"]), one["signature"] + one["keyId"]
            whole.append(one)
        except (ValueError, KeyError, TypeError):
            torn.append(number)
    return whole, torn


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bundle")
    parser.add_argument("--checkpoint", help="a file of checkpoints that was kept elsewhere")
    words = parser.parse_args()
    try:
        outside, torn = [], []
        if words.checkpoint:
            with open(words.checkpoint, encoding="utf-8", errors="replace", newline="\n") as file:
                outside, torn = checkpoints_in(file)
            if not outside:
                raise ValueError("there is no whole checkpoint in that file")
        verifier = Verifier(outside)
        for number in torn:
            verifier.say("checkpoint-line-torn", f"checkpoints, kept outside, line {number}")
        with open(words.bundle, "rb") as file:
            verifier.read(file, progress_on(sys.stderr))
    except (OSError, ValueError) as error:
        print(f"it could not run: {error}", file=sys.stderr)
        return 2
    for finding in verifier.findings:
        print(finding)
    for note in verifier.notes:
        print(f"note: {note}")
    counts = verifier.counts
    if verifier.found > len(verifier.findings):
        print(f"... the first {FINDINGS_KEPT_MAX} of {verifier.found} are shown")
    print(f"{counts['events']} events, {len(verifier.checkpoints)} checkpoints, {verifier.found} findings")
    return 1 if verifier.found else 0


def progress_on(terminal):
    """Shows now and then how many events were read, where somebody can see it."""
    if not terminal.isatty():
        return lambda events, most: None
    shown = [0.0]

    def show(events, most):
        if events % 1024 == 0 and time.monotonic() - shown[0] > 0.1:
            shown[0] = time.monotonic()
            terminal.write(f"\r{events} events" + (f" of at most {most}" if most else "") + "\x1b[K\r")
            terminal.flush()

    return show


if __name__ == "__main__":
    sys.exit(main())
