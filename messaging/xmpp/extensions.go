package xmpp

// Extension is a protocol extension that this package supports, fully or in part.
type Extension struct {
	Number     int    // of the XEP
	Title      string // of the XEP
	Version    string // of the XEP that this package follows
	File       string // the file that implements it
	Namespaces []string
	Announced  bool   // the namespaces are announced by XEP-0030
	Note       string // what is not supported; "": nothing that this program needs
}

// Extensions lists the supported extensions by number. [Client] announces its features from this table.
func Extensions() []Extension {
	return []Extension{
		{4, "Data Forms", "2.13.2", "form.go", []string{"jabber:x:data"}, false, "forms are sent and read; none is shown"},
		{30, "Service Discovery", "2.5.0", "disco.go", []string{"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items"}, true, "of itself it has no items"},
		{45, "Multi-User Chat", "1.35.5", "muc.go",
			[]string{"http://jabber.org/protocol/muc", "http://jabber.org/protocol/muc#user", "http://jabber.org/protocol/muc#admin",
				"http://jabber.org/protocol/muc#owner"}, false, "private rooms are made, named and ended; of the form only what that needs"},
		{48, "Bookmarks", "1.2", "bookmarks.go", []string{nsOldBookmarks}, false, "read where the server does not convert them; not written"},
		{54, "vcard-temp", "1.3.0", "vcard.go", []string{nsVCard}, false, "read: name, title, role, organisation, town, mail and telephone of work; of a room its picture, which is written too"},
		{55, "Jabber Search", "1.3", "directory.go", []string{nsSearch}, false, "people are found by name, job, organisation and place"},
		{59, "Result Set Management", "1.0", "rsm.go", []string{"http://jabber.org/protocol/rsm"}, false, "as far as archives need it"},
		{60, "Publish-Subscribe", "1.30.0", "pep.go",
			[]string{"http://jabber.org/protocol/pubsub", "http://jabber.org/protocol/pubsub#event", "http://jabber.org/protocol/pubsub#owner"}, false, "as far as bookmarks need it"},
		{66, "Out of Band Data", "1.5", "oob.go", []string{"jabber:x:oob"}, false, "in messages only"},
		{77, "In-Band Registration", "2.4", "register.go", []string{"jabber:iq:register"}, false, "only to give up one's place in a room, and to say who belongs to one again"},
		{82, "XMPP Date and Time Profiles", "1.1.1", "delay.go", nil, false, ""},
		{85, "Chat State Notifications", "2.1", "chatstates.go", []string{nsChatStates}, true, ""},
		{115, "Entity Capabilities", "1.6.0", "caps.go", []string{nsCaps}, true, "told to others, not read"},
		{153, "vCard-Based Avatars", "1.1", "roompicture.go", []string{"vcard-temp:x:update"}, false, "of rooms only, read"},
		{156, "Discovering Alternative XMPP Connection Methods", "1.4.0", "discover.go", nil, false, "WebSocket only"},
		{172, "User Nickname", "1.1", "presence.go", []string{"http://jabber.org/protocol/nick"}, false, "read in contact requests"},
		{184, "Message Delivery Receipts", "1.4.0", "receipts.go", []string{"urn:xmpp:receipts"}, true, ""},
		{191, "Blocking Command", "1.3", "blocking.go", []string{nsBlocking}, false, "people, not whole servers"},
		{198, "Stream Management", "1.6.3", "sm.go", []string{nsSM}, false, ""},
		{199, "XMPP Ping", "2.0.1", "ping.go", []string{"urn:xmpp:ping"}, true, ""},
		{203, "Delayed Delivery", "2.0", "delay.go", []string{"urn:xmpp:delay"}, false, ""},
		{223, "Persistent Storage of Private Data via PubSub", "1.1.1", "private.go", []string{nsUnread, nsStatus}, false,
			"marks as unread and the own status, in nodes of this program"},
		{249, "Direct MUC Invitations", "1.2", "invitations.go", []string{"jabber:x:conference"}, false, ""},
		{264, "Jingle Content Thumbnails", "0.4", "thumbnail.go", []string{"urn:xmpp:thumbs:1"}, false, "JPEG pictures in the message itself only"},
		{280, "Message Carbons", "1.0.1", "carbons.go", []string{"urn:xmpp:carbons:2"}, false, ""},
		{292, "vCard4 Over XMPP", "0.12.0", "vcard.go", []string{nsVCard4}, false, "read, as the older one; not published"},
		{297, "Stanza Forwarding", "1.0", "forward.go", []string{"urn:xmpp:forward:0"}, false, "in copies and archives only"},
		{308, "Last Message Correction", "1.2.1", "correction.go", []string{nsCorrection}, true, ""},
		{313, "Message Archive Management", "1.1.3", "mam.go", []string{nsArchive}, false, ""},
		{333, "Displayed Markers", "1.0.0", "markers.go", []string{"urn:xmpp:chat-markers:0"}, true, ""},
		{334, "Message Processing Hints", "1.0.0", "hints.go", []string{"urn:xmpp:hints"}, false, "store and no-store"},
		{352, "Client State Indication", "1.0.0", "csi.go", []string{"urn:xmpp:csi:0"}, false, ""},
		{359, "Unique and Stable Stanza IDs", "0.7.0", "stanzaid.go", []string{"urn:xmpp:sid:0"}, false, ""},
		{363, "HTTP File Upload", "1.2.0", "httpupload.go", []string{nsUpload}, false, ""},
		{372, "References", "0.5.0", "references.go", []string{"urn:xmpp:reference:0"}, true, "mentions of people"},
		{380, "Explicit Message Encryption", "0.4.0", "encryption.go", []string{"urn:xmpp:eme:0"}, false, "the scheme is named, none is read"},
		{402, "PEP Native Bookmarks", "1.2.0", "bookmarks.go", []string{nsBookmarks}, false, ""},
		{410, "MUC Self-Ping (Schrödinger's Chat)", "1.1.0", "selfping.go", nil, false, ""},
		{421, "Occupant identifiers for semi-anonymous MUCs", "1.0.1", "occupantid.go", []string{"urn:xmpp:occupant-id:0"}, false, "read"},
		{424, "Message Retraction", "0.4.2", "retraction.go", []string{NSRetraction, "urn:xmpp:message-retract:0"}, true,
			"version 0 is only read"},
		{425, "Moderated Message Retraction", "0.3.0", "moderation.go",
			[]string{"urn:xmpp:message-moderate:1", "urn:xmpp:message-moderate:0"}, false, "without a reason; offered where the room announces it"},
		{428, "Fallback Indication", "0.2.1", "fallback.go", []string{"urn:xmpp:fallback:0"}, false, ""},
		{441, "Message Archive Management Preferences", "0.2.0", "mamprefs.go", []string{nsArchive}, false, "read; set by the server and by other programs"},
		{444, "Message Reactions", "0.2.1", "reactions.go", []string{nsReactions}, true,
			"restrictions of an entity are not asked for"},
		{446, "File metadata element", "0.2.0", "filemetadata.go", []string{"urn:xmpp:file:metadata:0"}, false, ""},
		{447, "Stateless file sharing", "0.3.1", "filesharing.go", []string{NSFileSharing}, false,
			"sources by HTTP only, none attached later"},
		{448, "Encryption for stateless file sharing", "0.2.0", "filesharing.go", []string{"urn:xmpp:esfs:0"}, false, "AES-256-GCM only"},
		{461, "Message Replies", "0.2.1", "replies.go", []string{NSReply}, true, ""},
		{486, "MUC Avatars", "0.1.0", "roompicture.go", nil, false, "PNG is published; the rest of the room's vCard is not kept"},
		{490, "Message Displayed Synchronization", "1.0.1", "displayed.go", []string{nsDisplayed}, false, ""},
	}
}
