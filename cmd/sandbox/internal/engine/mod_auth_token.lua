-- Logs in with an access token that is a JWT signed by the OpenID provider (RS256): RFC 7628's OAUTHBEARER, and PLAIN with the token as
-- the password. Offered to nobody but the sandbox.

local base64 = require "util.encodings".base64;
local json = require "util.json";
local nodeprep = require "util.encodings".stringprep.nodeprep;
local sasl = require "util.sasl";
local pkey = require "openssl.pkey";
local digest = require "openssl.digest";

local host = module.host;
local claim = module:get_option_string("token_jid_claim", "jid");
local accounts = module:open_store("accounts");

local file = assert(io.open(module:get_option_path("token_key", "token.pem", "config")));
local key = pkey.new(file:read("*a"));
file:close();

local function decode(part)
	part = part:gsub("[-_]", { ["-"] = "+", ["_"] = "/" });
	return base64.decode(part .. ("="):rep(-#part % 4));
end

local function object(part)
	local value = json.decode(decode(part) or "");
	return type(value) == "table" and value or {};
end

-- valid says whether the token is one of the user's, and has not ended.
local function valid(username, token)
	local head, body, signature = token:match("^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$");
	signature = signature and decode(signature);
	if not signature or object(head).alg ~= "RS256" then
		return false;
	end
	local ok, good = pcall(key.verify, key, signature, digest.new("sha256"):update(head .. "." .. body));
	if not ok or not good then
		return false;
	end
	local claims = object(body);
	return type(claims.exp) == "number" and claims.exp > os.time() and claims[claim] == username .. "@" .. host;
end

local function unescape(name)
	return (name:gsub("=2C", ","):gsub("=3D", "="));
end

-- oauthbearer is RFC 7628: who is refused is told so as JSON, answers, and has failed then.
local function oauthbearer(self, message)
	if self.refused then
		return "failure", "not-authorized";
	end
	local authzid, rest = (message or ""):match("^n,a?=?([^,]*),\1(.*)$");
	local token = rest and ("\1" .. rest):match("\1auth=[Bb]earer ([^\1]+)\1");
	if not token then
		return "failure", "malformed-request";
	end
	local username = nodeprep(unescape(authzid):match("^[^@]*"));
	if username and valid(username, token) then
		self.username = username;
		return "success";
	end
	self.refused = true;
	return "challenge", json.encode({ status = "invalid_token" });
end

sasl.registerMechanism("OAUTHBEARER", { "oauthbearer" }, oauthbearer);

local provider = {};

function provider.user_exists(username)
	return accounts:get(username) ~= nil;
end

function provider.get_sasl_handler()
	return sasl.new(host, {
		oauthbearer = true;
		plain_test = function (_, username, password)
			return valid(username, password), true;
		end;
	});
end

module:provides("auth", provider);
