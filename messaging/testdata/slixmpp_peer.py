"""A person with another program, built on slixmpp: it does what it is told in JSON lines, and tells what it gets.

Usage: slixmpp_peer.py JID HOST:PORT CA-FILE [ROOM NICK]; the access token is the first line of the input.
"""

import asyncio
import json
import sys

import slixmpp
from slixmpp.xmlstream import ET
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

PLUGINS = ("xep_0030", "xep_0045", "xep_0060", "xep_0184", "xep_0191", "xep_0308", "xep_0334", "xep_0359", "xep_0422", "xep_0424", "xep_0428", "xep_0444", "xep_0461")


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
        self.add_event_handler("message_error", lambda m: tell(id=m["id"], type="error", **{"from": str(m["from"])}))
        self.add_event_handler("presence", self.saw)
        self.add_event_handler("presence_unavailable", self.saw)
        self.add_event_handler("failed_auth", lambda _: tell(error="refused"))

    async def started(self, _):
        self.send_presence()
        if self.room:
            await self.plugin["xep_0045"].join_muc_wait(self.room, self.nick, maxstanzas=0)
        tell(ready=True)

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
        tell(**said)

    def do(self, do, to, kind="chat", id="", body="", about="", author="", emoji=()):
        if do == "presence":  # kind is how the person is, body what they say of it
            self.send_presence(pshow=kind or None, pstatus=body or None)
            return
        if do == "card":  # body is a vCard 4
            asyncio.ensure_future(self.plugin["xep_0060"].publish(self.boundjid.bare, "urn:xmpp:vcard4", id="current", payload=ET.fromstring(body)))
            return
        if do == "block":
            asyncio.ensure_future(self.plugin["xep_0191"].block(to))
            return
        m = self.make_message(mto=to, mtype=kind, mbody=body or None)
        m["id"] = id
        m["origin_id"]["id"] = id
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
            asyncio.ensure_future(self.plugin["xep_0045"].join_muc_wait(to, self.nick, maxstanzas=0))
            return
        elif do == "affiliation":  # author is whose
            asyncio.ensure_future(self.plugin["xep_0045"].set_affiliation(to, about, jid=author))
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
        peer.do(**json.loads(line))
    await peer.disconnect(wait=1)


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(main())
