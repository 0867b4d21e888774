package control

// Help documents the service, for sandbox --help.
const Help = `Control service (HTTP, JSON; its address is "control" in the line on standard output)

  People are named by the address "jid" of that line, groups by theirs.
  "wait" makes a GET wait up to that many seconds (120 at most) for what it asks;
  without it, or when the time is over, what is not there is answered with 404.
  A call that cannot be done is answered with 409 and the reason.

  POST /say {"from","to","body"}      from writes to a person or a group; gives {"id"}
                                      and the "time" of sending.
                                      Somebody whom the sandbox does not play writes as
                                      from another device of theirs.
  POST /correct {"from","to","id","body"}
                                      from replaces the text of the message with this id
  POST /retract {"from","to","id"}    from withdraws it
  POST /react {"from","to","id","emoji":[…]}
                                      from reacts to a message: all reactions, [] takes them back
  POST /read {"from","to","id"}       from has read the message, and all before it
  POST /reply {"from","to","id","author","quoted","body"}
                                      from answers a message of author; quoted is its text
  POST /group {"from","group","name"} from makes a private group and is in it
  POST /rename {"from","group","name"}
                                      from gives a group another name
  POST /invite {"from","group","who","body"}
                                      from makes who a member and invites them; those whom
                                      the sandbox plays come
  POST /member {"from","group","who","affiliation"}
                                      from makes who an owner, admin, member, none or outcast
  POST /kick {"from","group","who"}   from takes who out of a private group
  POST /mention {"from","group","who","name","body"}
                                      from writes a text that mentions who by a name in it;
                                      gives {"id"} and "time"
  POST /typing {"from","to","on"}     from shows (on: true) or ends a typing notice
  POST /presence {"jid","show","status"}
                                      the person is away or dnd ("": available), and says why
  POST /block {"from","who","on"}     from blocks who (on: true), or no longer
  GET  /received?jid=                 what the person's own client got, in order:
                                      [{"id","from","body","type","time"}…]
                &after=N              from the Nth on
                &body=TEXT            up to the first with this text
                &wait=S
  GET  /online                        who is connected and available: [jid…]
              ?jid=A&not=B&wait=S     when A is and B is not; either may be left out
  GET  /code?mail=&wait=S             the newest unused one-time code: {"code"}
  POST /token {"jid","seconds"}       an access token without a login: {"access_token"};
                                      seconds: its life, else that of --token-life

  POST /network {"state"}             up         everything passes
                                      cut        connections are reset, new ones as well
                                      blackhole  connections stay, nothing passes
                                      slow       each chunk is delayed by "delay_ms" (400)
                ,"seconds":S          then up again; 0 or none: until the next call
                ,"what":"provider"    the network before the provider, or "all"; else that
                                      before the "websocket"
  POST /engine {"state"}              stop (in order), start, kill (as a power failure):
                                      answered when it is done
                ,"node":N             of a cluster: that node only, from 1 on
  POST /room {"jid"}                  of a cluster: kills the process of the group,
                                      without a word to those who are in it
  POST /certificate {"state"}         untrusted: new connections of the websocket meet a
                                      certificate of an unknown authority; trusted
  POST /tokens {"state"}              refresh tokens: accept; refuse (invalid_grant);
                                      down (503 for every token request)
  POST /consent {"state"}             always: a refresh token only with prompt=consent
                                      (OpenID Connect Core 1.0, section 11); never
  POST /clock {"offset":"24h"}        puts the provider's clock ahead (behind: "-24h")

The provider's page /messages shows the one-time codes that were "sent".
`
