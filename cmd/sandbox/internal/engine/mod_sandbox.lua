-- Listens on Unix sockets in a folder, serves XEP-0156 there, and tells readiness as systemd would be told (sd_notify(3)).

module:set_global();

local unix = require "socket.unix";
local server = require "net.server";
local portmanager = require "core.portmanager";
local certmanager = require "core.certmanager";
local json = require "util.json";
local config = require "core.configmanager";

local folder = module:get_option_string("sandbox_folder");
local relation = "urn:xmpp:alt-connections:websocket";
local websocket = module:get_option_string("sandbox_websocket");

local function listen(service, name, tls)
	local path = folder .. "/" .. name;
	local socket = unix.stream();
	socket:settimeout(0);
	assert(socket:bind(path));
	assert(socket:listen(128));
	server.wrapserver(socket, path, 0, portmanager.get_service(service).listener, { tls_ctx = tls, tls_direct = tls ~= nil, read_size = "*a" });
end

-- What a killed server has written is with the system, which here lives on: waiting for the disk at each message serves nobody.
local function do_not_wait_for_the_disk()
	for _, database in pairs(module:shared("/*/sql/connections")) do
		assert(database:connect());
		database.conn:autocommit(true);
		local statement = assert(database.conn:prepare("PRAGMA synchronous = OFF"));
		statement:execute();
		statement:close();
		database.conn:autocommit(false);
	end
end

module:hook("server-started", function ()
	do_not_wait_for_the_disk();
	listen("c2s", "c2s.sock");
	listen("https", "http.sock", assert(certmanager.create_context("https", "server", config.get("*", "ssl"))));
	local notice = unix.dgram();
	assert(notice:connect(os.getenv("NOTIFY_SOCKET")));
	notice:send("READY=1\n");
	notice:close();
end);

function module.add_host(host_module)
	if host_module:get_host_type() ~= "local" then
		return;
	end
	host_module:depends("http");
	host_module:provides("http", {
		name = "host-meta";
		default_path = "/.well-known";
		route = {
			["GET /host-meta"] = {
				headers = { content_type = "application/xrd+xml" };
				body = "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel='" .. relation .. "' href='" .. websocket .. "'/></XRD>";
			};
			["GET /host-meta.json"] = {
				headers = { content_type = "application/json" };
				body = json.encode({ links = { { rel = relation, href = websocket } } });
			};
		};
	});
end
