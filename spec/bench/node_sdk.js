// The official SDK's side of the comparison in node.sh, by its own request path.
//
// usage: node node_sdk.js REQUESTS IN_FLIGHT BASE_URL USER PASSWORD [keep-alive]
//
// As it comes, the SDK makes a connection for each request.
const [requests, inFlight, baseUrl, user, password, keep] = process.argv.slice(2);
const twilio = require("twilio");

const client = twilio(user, password, {
  accountSid: user,
  httpClient: new twilio.RequestClient(
    keep ? { keepAlive: true, maxSockets: Number(inFlight) } : {},
  ),
});
client.numbers.baseUrl = baseUrl;

let begun = 0;
let portable = 0;

async function work() {
  while (begun < Number(requests)) {
    const number = "+1415" + String(5540000 + (begun++ % 9999)).padStart(7, "0");
    const answer = await client.numbers.v1.portingPortabilities(number).fetch();
    if (answer.portable) portable++;
  }
}

Promise.all(Array.from({ length: Number(inFlight) }, work)).then(
  () => {
    if (portable !== Number(requests)) throw new Error(`${portable} of ${requests}`);
    console.log(`${portable} requests`);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
