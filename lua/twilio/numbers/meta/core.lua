---@meta twilio.numbers.core
-- Describes the C module twilio.numbers.core to editors. It stands in a folder of its own, because beside the
-- module it would be found in its place. Lua never loads it.
-- luacheck: ignore 212 241

assert(not ..., "this file is for editors: require twilio.numbers.core instead")

--- The C module: HTTP by libcurl, JSON, credentials, signatures. It is internal, and may change.
---@class twilio.numbers.core
---@field curl_version string the version of libcurl
---@field tls_version string the TLS library and its version
---@field http2 boolean whether this libcurl has HTTP/2
---@field ipv6 boolean whether this libcurl has IPv6
---@field openssl_version string the version of OpenSSL that signs and compares
---@field null lightuserdata JSON's null
local core = {}

--- Makes an engine. An unknown option, or one of the wrong type, raises.
---@param options twilio.numbers.core.EngineOptions
---@return twilio.numbers.core.Engine
function core.engine(options) end

--- Reads credentials from the options, else from the environment. What comes from the environment never becomes
--- a Lua string.
---@param options twilio.numbers.core.CredentialOptions
---@return twilio.numbers.core.Credentials?
---@return string? # what is missing
function core.credentials(options) end

---@class twilio.numbers.core.Pacer

--- A rate that requests share, see the options of `submit`.
---@param rate number requests per second; a burst is at most a tenth of that
---@return twilio.numbers.core.Pacer
function core.pacer(rate) end

--- Makes a verifier of signatures.
---@param keys string[]? 1 to 8 keys
---@param variable string? without keys: the environment variable that holds the key
---@param hash "sha1"|"sha256"|nil of the signatures. Default: "sha1".
---@return twilio.numbers.core.Verifier? # nil if that variable is not set
function core.verifier(keys, variable, hash) end

--- Reads a JSON text.
---@param text string
---@param most_values integer? how many values it may have
---@return any # the value, nil if the text is not JSON
---@return string? # why it is not
---@return "too_large"? # if it has more values
function core.decode(text, most_values) end

--- Writes a value as JSON.
---@param value any
---@return string?
---@return string? # why it cannot be written
function core.encode(value) end

--- Makes a function that tells whether a value is a SID.
---@param prefix string its two letters
---@return fun(value: any): boolean
function core.sid_validator(prefix) end

--- Whether a value is a phone number in E.164 format: a plus and 2 to 15 digits, the first of them no zero.
---@param value any
---@return boolean
function core.is_e164(value) end

--- The SHA-256 of a text in hexadecimal digits, or of what it has from some byte on: a large text need not be copied.
---@param text string
---@param first integer? Default: 1.
---@return string
function core.sha256(text, first) end

--- SHA-256 of a text and of the values after it, in hexadecimal. The length of each value goes before it, so that no two
--- lists have the same text. A number is written without a fraction, nil as "-".
---@param text string
---@param ... string|number|nil
---@return string
function core.sha256_list(text, ...) end

--- Whether those of the values that are texts have printable ASCII, line breaks and tabs only.
---@param ... any
---@return boolean
function core.are_plain(...) end

--- The text with the letters A to Z as small ones, in every locale.
---@param text string
---@return string
function core.small_letters(text) end

--- The text with the letters a to z as capitals, in every locale.
---@param text string
---@return string
function core.capital_letters(text) end

--- Whether two texts are equal, compared in constant time.
---@param a string
---@param b string
---@return boolean
function core.equal(a, b) end

--- Whether there is a process of that number.
---@param pid integer
---@return boolean
function core.process_exists(pid) end

--- Whether the peer has closed a connection that this process has accepted.
---@param address string the peer's
---@param port integer the peer's
---@param own_port integer
---@return boolean? # nil if there is no such connection
function core.has_hung_up(address, port, own_port) end

--- Records SIGINT and SIGTERM, and ignores SIGPIPE, until it is closed.
---@return twilio.numbers.core.Interrupts? # nil if signals are recorded already
function core.interrupts() end

--- A thread that wakes an event loop, and the path of the Unix socket that it writes to.
---@return twilio.numbers.core.Waker? # nil where that is impossible
---@return string?
function core.waker() end

--- Seconds of a monotonic clock.
---@return number
function core.now() end

--- Seconds since 1970, with fractions.
---@return number
function core.time() end

--- Whether an open file of the io library is a terminal.
---@param file file*
---@return boolean
function core.is_terminal(file) end

--- Where a client with these options finds the authorities that it trusts. Both are nil where libcurl keeps to a
--- place of its own.
---@param file string? the option `ca_file`
---@param folder string? the option `ca_path`
---@return string? # the file
---@return string? # the folder
function core.ca_store(file, folder) end

--- How this libcurl looks up names.
---@return "threads"|"c-ares"|"blocking"
function core.resolver() end

--- Whether the calling coroutine can yield, as far as this Lua can tell.
---@return boolean
function core.can_yield() end

--- An environment variable's value.
---@param name string
---@return string? # nil if it is missing or empty
function core.environment(name) end

--- Calls a function in the locale "C", whatever the process's locale is. The function must not yield.
---@param f function
---@param ... any its arguments
---@return any ... # its results
function core.in_c_locale(f, ...) end

--- Which process this is.
---@return string # host
---@return integer # process id
---@return string # user
function core.process() end

--- A text that is the same for the same file only: its device and inode.
---@param path string
---@return string?
---@return number|string|nil # its size in bytes; or why there is none
function core.file_identity(path) end

--- Why files beside a path cannot be locked.
---@param path string
---@return string? # nil if they can
function core.lock_problem(path) end

--- Opens a regular file that is to be sent.
---@param path string
---@return twilio.numbers.core.Source?
---@return string? # why it cannot be read
function core.file_source(path) end

--- A text that is to be sent like a file.
---@param text string
---@return twilio.numbers.core.Source
function core.text_source(text) end

--- Makes an empty file that only its owner can read and write, or makes one that is there so.
---@param path string
---@return true?
---@return string? # why that failed
function core.make_private(path) end

--- A set of many keys, which takes about 22 bytes for each SID.
---@param parts integer texts of a key: 1 or 2
---@return twilio.numbers.core.KeySet
function core.key_set(parts) end

--- The metamethod `__index` of a class of records, in C: a method, or a field of the JSON object of a record.
---@param methods table<string, function>
---@param raw string the key under which a record has its JSON object
---@param nested fun(record: table, name: string, value: table): table what a field is whose value is a table
---@param class table its `otherwise`, if it has one, gives what the JSON lacks: otherwise(record, name)
---@return fun(record: table, name: any): any
function core.record_index(methods, raw, nested, class) end

--- An iterator over an array that makes a record of each item, in C.
---@param items any what is no table counts as an empty array
---@param class table the metatable of the records
---@param object_of fun(item: any): table? what stands for an item that is no table; nil: it is passed over
---@param raw string the key under which a record has its item
---@param ... any further keys, each followed by its value; nil is no value
---@return fun(): table?
function core.records(items, class, object_of, raw, ...) end

--- Makes all members of an object that `perform` or `take` gave. Before, it can be indexed, but not gone through. Does
--- nothing to any other table.
---@param object table
---@return table # the same
function core.complete_object(object) end

---@class twilio.numbers.core.EngineOptions
---@field timeout number? seconds for one attempt. Default: 30.
---@field connect_timeout number? seconds for name lookup, connection and TLS. Default: 10.
---@field max_response_size integer? bytes after decompression. Default: 16 MiB.
---@field max_values integer? JSON values in a response. Default: 100000.
---@field http_version "auto"|"1.1"|nil the HTTP version. Default: "auto".
---@field ip_version "auto"|"4"|"6"|nil the IP version. Default: "auto".
---@field allow_http boolean? allow plain HTTP to other machines. Default: false.
---@field concurrency integer? requests in flight at once, at most 1000. Default: 16.
---@field max_waiting integer? requests that may wait, for `is_full`. Default: 10000.
---@field rate number? requests per second. Default: no limit.
---@field retry twilio.numbers.RetryPolicy|false|nil when a request is repeated
---@field observe boolean? whether `events` tells of attempts. Default: false.
---@field user_agent string? the User-Agent header. Default: "twilio-numbers-lua".
---@field proxy string? a proxy's URL, "" for none. Default: libcurl's environment variables.
---@field ca_file string? a PEM file of the authorities to trust
---@field ca_path string? a folder of them

---@class twilio.numbers.core.CredentialOptions
---@field account_sid string? Default: `TWILIO_ACCOUNT_SID`.
---@field auth_token string? Default: `TWILIO_AUTH_TOKEN`.
---@field api_key string? Default: `TWILIO_API_KEY`.
---@field api_secret string? Default: `TWILIO_API_SECRET`.

---@class twilio.numbers.core.RequestOptions
---@field body string? the request's body
---@field content_type string? its Content-Type
---@field multipart table? a body of fields and a source instead: {fields={{name=, text=}}, name=, file_name=, type=, source=}
---@field timeout number? seconds for one attempt. Default: the engine's.
---@field deadline number? seconds from now on until it ends. Default: the policy's.
---@field send_within number? seconds from now on after which it is not sent. Default: no such limit.
---@field retry twilio.numbers.RetryPolicy|false|nil when it is repeated. Default: the engine's.
---@field pacer twilio.numbers.core.Pacer? a rate that it shares with others. Default: none.
---@field headers string[]? further header lines, such as "X-Trace: 7". Default: none.

--- Owns a libcurl multi handle. It works only in `step`.
---@class twilio.numbers.core.Engine
local engine = {}

--- Queues a request, and sends it if that needs no wait; with `observe` not before the next `step`.
---@param method "GET"|"DELETE"|"POST"|"PUT"
---@param url string
---@param credentials twilio.numbers.core.Credentials?
---@param options twilio.numbers.core.RequestOptions?
---@return twilio.numbers.core.Transfer? # cancelled when it is collected
---@return integer|string # the transfer's number while it is open; without a transfer: "closed" or "memory"
---@return string? # without a transfer: why
function engine:submit(method, url, credentials, options) end

--- Starts a pause.
---@param seconds number
---@return twilio.numbers.core.Transfer? # done when the time is over
---@return integer|string # as for `submit`
---@return string? # as for `submit`
function engine:sleep(seconds) end

--- Carries out a request if nothing else is under way: as `submit`, but works until it is done, a second at most.
---@param method "GET"|"DELETE"|"POST"|"PUT"
---@param url string
---@param credentials twilio.numbers.core.Credentials?
---@param options twilio.numbers.core.RequestOptions?
---@return twilio.numbers.core.Transfer|false|nil # as for `submit`; false if something else is under way
---@return integer|string|nil # as for `submit`
---@return string|boolean|nil # as for `submit`; with a transfer: whether it is done, and was taken
---@return integer? status of an answer that has such a status, from 200 to 299, and a JSON object
---@return table? object
function engine:perform(method, url, credentials, options) end

--- Works until a transfer is done or the time is over; with `observe`, also until there is an event.
---@param seconds number? 0 if missing: only what can be done at once, for a few milliseconds
---@return integer # how many transfers are open
function engine:step(seconds) end

--- Sends what was submitted just now, as far as that needs no wait, and looks at no socket.
---@return number? # what `timeout` gives; 0 if there is something to take
---@return integer? # what `fd` gives
function engine:begin() end

--- The next transfer that is done, or nil.
---@param transfer twilio.numbers.core.Transfer? this one, or nil while it is not done
---@return twilio.numbers.core.Transfer?
---@return integer? # its number
---@return integer? status of an answer that has such a status, from 200 to 299, and a JSON object
---@return table? object
function engine:take(transfer) end

--- From now on `events` tells of attempts, as with the option.
function engine:observe() end

--- Repeats a transfer whose answer is of no use, if the retry policy allows it.
---@param transfer twilio.numbers.core.Transfer
---@return boolean # whether it is repeated
function engine:retry(transfer) end

--- The next transfer that began or ended an attempt. It is to be called after each step, with the option
--- `observe`.
---@return integer? # the transfer's number
---@return boolean? # whether an attempt began
---@return boolean? # whether an attempt ended
function engine:events() end

--- Cancels a transfer and drops its answer.
---@param transfer twilio.numbers.core.Transfer
function engine:cancel(transfer) end

--- A descriptor that an event loop can watch for reading.
---@return integer?
function engine:fd() end

--- Seconds until `step` has to be called, nil if nothing is open.
---@return number?
function engine:timeout() end

--- How many transfers are open.
---@return integer
function engine:running() end

--- How many requests are in flight, and how many would be without the allowance.
---@return integer # in flight
---@return integer # without the allowance
function engine:in_flight() end

--- Whether as many requests are open as may be in flight and wait. `submit` takes further ones all the same.
---@return boolean
function engine:is_full() end

--- Limits how many requests may be in flight from now on.
---@param count integer
function engine:allow(count) end

--- Limits how many connections a step may begin from now on, so that no step takes long.
---@param count integer
function engine:spread(count) end

--- The limit, and how many requests there are.
---@return twilio.numbers.Pace
function engine:load() end

--- The policy of retries.
---@return integer # how many attempts a request may have
---@return number # seconds of the first wait between two of them, at most
---@return number # seconds of the longest one
function engine:policy() end

--- Stops sending, or allows it again. Waiting requests end; those in flight go on.
---@param on boolean
function engine:drain(on) end

--- Why `submit` would refuse a URL, or nil.
---@param url string
---@return string?
function engine:validate(url) end

--- Ends all transfers. Closing twice is harmless.
function engine:close() end

--- What came with an answer.
---@class twilio.numbers.core.Receipt
local receipt = {}

--- As a closed transfer's.
---@return table
function receipt:receipt() end

--- A set of keys of one or two short texts each.
---@class twilio.numbers.core.KeySet
local key_set = {}

--- Adds a key.
---@param first string
---@param second string? of two parts
---@return boolean? # whether it is new; nil if it is too long, or a SID with capital digits
function key_set:add(first, second) end

--- One request and its answer, or a pause. Unless told otherwise, a method raises while it is in flight.
---@class twilio.numbers.core.Transfer
local transfer = {}

--- Cancels what is in flight and frees the rest. Closing twice is harmless, at any time.
function transfer:close() end

--- Whether it is closed, at any time.
---@return boolean
function transfer:is_closed() end

--- Whether it is done, at any time while it is open.
---@return boolean
function transfer:done() end

--- Whether an attempt was sent and not answered, at any time while it is open.
---@return boolean
function transfer:in_flight() end

--- The HTTP status of a whole answer; else the kind of failure and a message.
---@return integer?
---@return string?
---@return string?
function transfer:result() end

--- Whether any of the request may have reached the server, at any time while it is open.
---@return boolean # in any attempt
---@return boolean # in the last one
function transfer:sent() end

--- How many attempts were begun, at any time while it is open.
---@return integer
function transfer:attempts() end

--- Why there is no further attempt; nil and the seconds to wait if there will be one.
---@return twilio.numbers.Stopped?
---@return number?
function transfer:stopped() end

--- What came, once it is closed: as `info`, with `attempts`, `status` and the header lines as `head`.
---@return table? # nil if it was closed before it had ended
function transfer:receipt() end

--- Gives back a transfer that is done and was taken. It is not to be used any more: the next request gets it.
---@return twilio.numbers.core.Receipt # what came with the answer
function transfer:settle() end

--- How the last attempt went.
---@return twilio.numbers.core.TransferInfo
function transfer:info() end

--- The HTTP status, even of an answer that is not whole.
---@return integer?
function transfer:status() end

--- A response header.
---@param name string in any case
---@return string?
function transfer:header(name) end

--- The body, or its first bytes.
---@param most integer? how many bytes
---@return string
function transfer:text(most) end

--- The body's size in bytes.
---@return integer
function transfer:size() end

--- The seconds that Retry-After asks for.
---@return integer?
function transfer:retry_after() end

--- How much of the multipart body's source was sent, at any time while the transfer is open.
---@return integer # bytes in the last attempt
---@return integer # bytes in all; 0 without a source
function transfer:uploaded() end

--- The response does not belong to the request: its connection is not used again.
function transfer:distrust() end

--- The body's JSON object, or nil and why it is none.
---@return table?
---@return string?
---@return "too_large"? # if it has more values than `max_values`
function transfer:object() end

---@class twilio.numbers.core.TransferInfo
---@field sends integer how often the request was sent
---@field reused boolean? whether the connection was used before
---@field http_version string? "1.0", "1.1", "2", "3" or "none"
---@field name number? seconds from the attempt's start until the name was looked up
---@field connect number? until the connection was there
---@field tls number? until TLS was agreed on
---@field first_byte number? until the first byte came
---@field total number? until the end

--- The caller's identity. The secret stays in C memory and is wiped by `close`.
---@class twilio.numbers.core.Credentials
local credentials = {}

--- The account's SID.
---@return string
function credentials:account_sid() end

--- The account's SID or the API key's.
---@return string
function credentials:user() end

--- Wipes the secret when the last transfer that uses it has ended. Closing twice is harmless.
function credentials:close() end

--- What the part of a multipart body is read from. Transfers that send it hold it.
---@class twilio.numbers.core.Source
local source = {}

--- Its bytes.
---@return integer
function source:size() end

--- Its first bytes.
---@param most integer how many, at most 65536
---@return string?
---@return string? # why they cannot be read
function source:head(most) end

--- Closes it, as soon as no transfer sends it any more. Closing twice is harmless.
function source:close() end

--- Keys that requests may be signed with. They stay in C memory and are wiped by `close`.
---@class twilio.numbers.core.Verifier
local verifier = {}

--- Whether a signature is the base64 HMAC of one of the texts with one of the keys.
---@param signature string
---@param ... string
---@return boolean
function verifier:verifies(signature, ...) end

--- Wipes the keys. Closing twice is harmless.
function verifier:close() end

--- Wakes an event loop that can wait for a Unix socket, but not for an engine's descriptor.
---@class twilio.numbers.core.Waker
local waker = {}

--- Takes the connection to its path, and starts the thread. The path exists no more.
---@return boolean # whether there is a connection of this process, and a thread
function waker:accept() end

--- Watches a descriptor until it is closed.
---@param descriptor integer
---@return boolean # whether it is watched
function waker:watch(descriptor) end

--- A byte comes once when a watched descriptor is readable, at the latest after so many seconds.
---@param seconds number
function waker:arm(seconds) end

--- A byte comes now.
function waker:ring() end

--- The descriptor of the event loop's own epoll set. Has to be asked after the connection was made and before `accept`.
---@return integer? # nil if it is not found
function waker:host() end

--- Waits until a descriptor is readable, and no longer than the event loop has nothing to do.
---@param host integer the loop's own epoll set
---@param descriptor integer
---@param seconds number at most 1
---@return boolean # whether it is readable
function waker:hold(host, descriptor, seconds) end

--- Ends the thread. Closing twice is harmless.
function waker:close() end

--- SIGINT and SIGTERM, recorded.
---@class twilio.numbers.core.Interrupts
local interrupts = {}

--- The name of the last signal, nil if there was none.
---@return string?
function interrupts:caught() end

--- Restores the earlier signal handlers. Closing twice is harmless.
function interrupts:close() end

return core
