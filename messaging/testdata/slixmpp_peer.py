"""A person with another program, built on slixmpp: it does what it is told in JSON lines, and tells what it gets.

Usage: slixmpp_peer.py JID HOST:PORT CA-FILE [ROOM NICK]; the access token is the first line of the input.
"""

import asyncio
import base64
import hashlib
import json
import os
import ssl
import sys
import urllib.request

import slixmpp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from slixmpp.plugins.xep_0048.stanza import Bookmarks
from slixmpp.xmlstream import ET
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

PLUGINS = ("xep_0030", "xep_0045", "xep_0048", "xep_0054", "xep_0060", "xep_0184", "xep_0191", "xep_0308", "xep_0334", "xep_0359", "xep_0422", "xep_0424", "xep_0428", "xep_0444", "xep_0461")


SFS, META, ESFS, HASHES, URL, OOB = (
    "{urn:xmpp:sfs:0}", "{urn:xmpp:file:metadata:0}", "{urn:xmpp:esfs:0}", "{urn:xmpp:hashes:2}", "{http://jabber.org/protocol/url-data}", "{jabber:x:oob}",
)


def sha256(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def child(parent, name, text=None, **attributes):
    e = ET.SubElement(parent, name, attributes)
    e.text = text
    return e


def tell(**what):
    print(json.dumps(what), flush=True)


class Peer(slixmpp.ClientXMPP):
    def __init__(self, jid, token, ca, room=None, nick=None):
        super().__init__(jid, token, sasl_mech="PLAIN")
        self.ca_certs, self.room, self.nick = ca, room, nick
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.got)
        self.add_event_handler("reactions", lambda m: m["body"] or self.got(m))  # "message" tells of those with a body only
        self.add_event_handler("groupchat_direct_invite", self.got)  # without a body it is no "message"
        self.remove_handler("MUCDecline")  # that of slixmpp 1.8 fails
        self.register_handler(Callback("declined", StanzaPath("message/muc/decline"), lambda m: tell(declined=str(m["muc"]["decline"]["from"]))))
        # What waits in slixmpp 1.8 for the own presence fails at a second one, which the person's other programs cause, and leaves the room.
        self.register_handler(Callback("entered", StanzaPath("presence/muc"), self.entered))
        self.add_event_handler("message_error", lambda m: tell(id=m["id"], type="error", **{"from": str(m["from"])}))
        self.add_event_handler("presence", self.saw)
        self.add_event_handler("presence_unavailable", self.saw)
        self.add_event_handler("failed_auth", lambda _: tell(error="refused"))

    async def started(self, _):
        self.send_presence()
        if self.room:
            self.join(self.room)
        else:
            tell(ready=True)

    def join(self, room):
        p = self.make_presence(pto=room + "/" + self.nick)
        child(child(p.xml, "{http://jabber.org/protocol/muc}x"), "{http://jabber.org/protocol/muc}history", maxstanzas="0")
        p.send()

    def entered(self, p):
        if 110 in p["muc"]["status_codes"] and p["type"] != "unavailable":
            tell(entered=p["from"].bare, ready=p["from"].bare == self.room)

    def saw(self, p):
        tell(show=p["type"], status=p["status"], **{"from": str(p["from"])})

    def got(self, m):
        said = {"id": m["id"], "from": str(m["from"]), "type": m["type"], "body": m["body"], "origin": m["origin_id"]["id"], "name": m["stanza_id"]["id"]}
        said["replaces"] = m["replace"]["id"]
        said["answers"], said["to"] = m["reply"]["id"], str(m["reply"]["to"])
        said["reacts_to"] = m["reactions"]["id"]
        said["reactions"] = [r["value"] for r in m["reactions"]]
        retract = m.xml.find("{urn:xmpp:message-retract:1}retract")  # slixmpp 1.8 knows version 0 only
        said["retracts"] = retract.get("id") if retract is not None else ""
        said["mentions"] = [
            {"uri": r.get("uri"), "text": m["body"][int(r.get("begin")):int(r.get("end"))]} for r in m.xml.findall("{urn:xmpp:reference:0}reference")
        ]
        invite = m.xml.find("{jabber:x:conference}x")
        said["invited"] = invite.get("jid") if invite is not None else ""
        fallback = m.xml.find("{urn:xmpp:fallback:0}fallback/{urn:xmpp:fallback:0}body")
        if fallback is not None:
            said["own"] = m["body"][int(fallback.get("end") or len(m["body"])):]
        shared = m.xml.find(SFS + "file-sharing")
        if shared is not None and m["from"].bare != self.boundjid.bare:
            said["link"] = m.xml.findtext(OOB + "x/" + OOB + "url") or ""
            asyncio.ensure_future(self.fetch(said, shared))
            return
        tell(**said)

    async def web(self, url, method="GET", data=None, headers={}):
        """Asks a web server, without holding up the stream."""

        def ask():
            request = urllib.request.Request(url, data=data, headers=headers, method=method)
            with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=self.ca_certs)) as answer:
                return answer.read()

        return await asyncio.get_running_loop().run_in_executor(None, ask)

    async def fetch(self, said, shared):
        """XEP-0447 and XEP-0448, as they are written."""
        meta, sources = shared.find(META + "file"), shared.find(SFS + "sources")
        said["file"] = {"name": meta.findtext(META + "name"), "type": meta.findtext(META + "media-type"), "size": int(meta.findtext(META + "size"))}
        try:
            encrypted = sources.find(ESFS + "encrypted")
            if encrypted is None:
                data = await self.web(sources.find(URL + "url-data").get("target"))
            else:
                assert encrypted.get("cipher") == "urn:xmpp:ciphers:aes-256-gcm-nopadding:0"
                data = await self.web(encrypted.find(SFS + "sources/" + URL + "url-data").get("target"))
                assert encrypted.findtext(HASHES + "hash") == sha256(data)
                key, iv = (base64.b64decode(encrypted.findtext(ESFS + name)) for name in ("key", "iv"))
                data = AESGCM(key).decrypt(iv, data, None)
            right = len(data) == said["file"]["size"] and meta.findtext(HASHES + "hash") == sha256(data)
            said["file"].update(encrypted=encrypted is not None, right=right, data=base64.b64encode(data).decode())
        except Exception as e:
            said["file"]["error"] = repr(e)
        tell(**said)

    async def share(self, m, body, file):
        """Uploads a file (XEP-0363) and sends it with a caption."""
        data = base64.b64decode(file["data"])
        key, iv = AESGCM.generate_key(256), os.urandom(12)
        upload = AESGCM(key).encrypt(iv, data, None) if file["encrypt"] else data
        iq = self.make_iq_get(ito="upload." + self.boundjid.domain)
        child(iq.xml, "{urn:xmpp:http:upload:0}request", filename="file", size=str(len(upload)), **{"content-type": file["type"]})
        slot = (await iq.send()).xml.find("{urn:xmpp:http:upload:0}slot")
        put, url = slot.find("{urn:xmpp:http:upload:0}put"), slot.find("{urn:xmpp:http:upload:0}get").get("url")
        headers = {h.get("name"): h.text for h in put} | {"Content-Type": file["type"]}
        await self.web(put.get("url"), "PUT", upload, headers)
        shared = child(m.xml, SFS + "file-sharing", disposition="attachment")
        meta, sources = child(shared, META + "file"), child(shared, SFS + "sources")
        for name, text in (("name", file["name"]), ("media-type", file["type"]), ("size", str(len(data)))):
            child(meta, META + name, text)
        child(meta, HASHES + "hash", sha256(data), algo="sha-256")
        if file["encrypt"]:
            encrypted = child(sources, ESFS + "encrypted", cipher="urn:xmpp:ciphers:aes-256-gcm-nopadding:0")
            child(encrypted, ESFS + "key", base64.b64encode(key).decode())
            child(encrypted, ESFS + "iv", base64.b64encode(iv).decode())
            child(encrypted, HASHES + "hash", sha256(upload), algo="sha-256")
            sources = child(encrypted, SFS + "sources")
        child(sources, URL + "url-data", target=url)
        m["body"] = url + "\n" + body
        child(child(m.xml, "{urn:xmpp:fallback:0}fallback", **{"for": "urn:xmpp:sfs:0"}), "{urn:xmpp:fallback:0}body", start="0", end=str(len(url) + 1))
        m.send()

    async def bookmark(self, room, name, where, wanted):
        plugin = self.plugin["xep_0048"]
        kept = await plugin.get_bookmarks(method=where)
        all = kept["private"]["bookmarks"] if where == "xep_0049" else kept["pubsub"]["items"]["item"]["bookmarks"]
        marks = Bookmarks()
        for c in all["conferences"]:
            if str(c["jid"]) != room:
                marks.add_conference(c["jid"], c["nick"], c["name"], c["autojoin"])
        if wanted:
            marks.add_conference(room, self.nick, name, True)
        await plugin.set_bookmarks(marks, method=where)

    async def do(self, do, to, kind="chat", id="", body="", about="", author="", emoji=(), file=None):
        if do == "presence":  # kind is how the person is, body what they say of it
            self.send_presence(pshow=kind or None, pstatus=body or None)
            return
        if do == "card":  # body is a vCard 4
            await self.plugin["xep_0060"].publish(self.boundjid.bare, "urn:xmpp:vcard4", id="current", payload=ET.fromstring(body))
            return
        if do in ("bookmark", "forget"):  # XEP-0048; about is where: xep_0049 or xep_0223
            await self.bookmark(to, body, about, do == "bookmark")
            return
        if do == "picture":  # of a room (XEP-0486); file is a new one
            cards = self.plugin["xep_0054"]
            if file:
                card = cards.make_vcard()
                card["PHOTO"]["TYPE"], card["PHOTO"]["BINVAL"] = file["type"], base64.b64decode(file["data"])
                await cards.publish_vcard(card, to)
                return
            photo = (await cards.get_vcard(to))["vcard_temp"]["PHOTO"]
            tell(picture={"type": photo["TYPE"], "data": base64.b64encode(photo["BINVAL"]).decode()})
            return
        if do == "block":
            await self.plugin["xep_0191"].block(to)
            return
        m = self.make_message(mto=to, mtype=kind, mbody=body or None)
        m["id"] = id
        m["origin_id"]["id"] = id
        if do == "share":
            await self.share(m, body, file)
            return
        if do == "correct":
            m["replace"]["id"] = about
        elif do == "retract0":  # version 0, as this library sends it
            self.plugin["xep_0424"].send_retraction(to, about, kind)
            return
        elif do == "retract":
            m.xml.append(ET.Element("{urn:xmpp:message-retract:1}retract", id=about))
            m.enable("store")
        elif do == "react":
            self.plugin["xep_0444"].set_reactions(m, about, emoji)
            m.enable("store")
        elif do == "reply":
            m["reply"]["id"], m["reply"]["to"] = about, author
        elif do == "mention":  # author is who is mentioned, about how it is written
            begin = body.index(about)
            m.xml.append(ET.Element("{urn:xmpp:reference:0}reference", type="mention", uri="xmpp:" + author, begin=str(begin), end=str(begin + len(about))))
        elif do == "invite":  # through the room
            self.plugin["xep_0045"].invite(about, to, reason=body)
            return
        elif do == "direct":  # XEP-0249
            m.xml.append(ET.Element("{jabber:x:conference}x", jid=about, reason=body))
        elif do == "decline":
            self.plugin["xep_0045"].decline(about, to, reason=body)
            return
        elif do == "join":
            self.join(to)
            return
        elif do == "affiliation":  # author is whose
            await self.plugin["xep_0045"].set_affiliation(to, about, jid=author)
            return
        elif do == "configure":  # about is the field, body its value
            form = await self.plugin["xep_0045"].get_room_config(to)
            form.get_fields()[about]["value"] = body
            await self.plugin["xep_0045"].set_room_config(to, form)
            return
        elif do == "destroy":
            await self.plugin["xep_0045"].destroy(to)
            return
        m.send()


async def main():
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    token = (await lines.readline()).decode().strip()
    peer = Peer(sys.argv[1], token, *sys.argv[3:])
    host, port = sys.argv[2].rsplit(":", 1)
    peer.connect((host, int(port)))
    while line := await lines.readline():
        try:  # one after another: the next may need what this one leads to
            await peer.do(**json.loads(line))
        except Exception as e:
            print("it failed:", json.loads(line)["do"], repr(e), file=sys.stderr)
    await peer.disconnect(wait=1)


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(main())
