// Twilio's official SDK for Node through the fifteen operations; it has no upload of documents. Prints
// what each put on the wire, as the server logged it, one JSON line each.
//
// usage: node node_operations.js BASE_URL ACCOUNT_SID AUTH_TOKEN
const https = require("https");
const twilio = require("twilio");

const [baseUrl, accountSid, authToken] = process.argv.slice(2);
const client = twilio(accountSid, authToken);
client.numbers.baseUrl = baseUrl;
const v1 = client.numbers.v1;

function control(method, path) {
  return new Promise((resolve, reject) => {
    const request = https.request(`${baseUrl}/_sandbox/${path}`, { method }, (answer) => {
      let text = "";
      answer.on("data", (piece) => (text += piece));
      answer.on("end", () => resolve(JSON.parse(text)));
    });
    request.on("error", reject);
    request.end();
  });
}

const portInSid = "KW" + "1".padStart(32, "0");
const numberSid = "PU" + "11".padStart(32, "0");
const numbers = [{ phone_number: "+14155550199" }];
const ahead = new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10);

const portIn = {
  account_sid: accountSid,
  documents: ["RD" + "1".padStart(32, "0")],
  phone_numbers: [{ phone_number: "+14155550199", pin: "04321" }],
  losing_carrier_information: {
    customer_type: "Business",
    customer_name: "Example Ltd",
    account_number: "987654321",
    authorized_representative: "Robin Doe",
    authorized_representative_email: "robin@example.com",
    address: { street: "101 Spear St", city: "San Francisco", state: "CA", zip: "94105", country: "US" },
  },
  target_port_in_date: ahead,
  target_port_in_time_range_start: "10:15:00-08:00",
  target_port_in_time_range_end: "12:15:00-08:00",
};

// The number is cancelled before its port-in.
const operations = {
  CreatePortingPortIn: () => v1.portingPortIns.create(portIn),
  ListPortInRequests: () =>
    v1.portingAllPortIns.page({
      size: 2,
      portInRequestStatus: "In Review",
      createdAfter: "2025-01-05",
      portInRequestSid: portInSid,
    }),
  FetchPortingPortIn: () => v1.portingPortIns(portInSid).fetch(),
  FetchPortingPortInPhoneNumber: () => v1.portingPortInPhoneNumber(portInSid, numberSid).fetch(),
  DeletePortingPortInPhoneNumber: () => v1.portingPortInPhoneNumber(portInSid, numberSid).remove(),
  DeletePortingPortIn: () => v1.portingPortIns(portInSid).remove(),
  FetchPortingPortability: () =>
    v1.portingPortabilities("+14155550123").fetch({
      targetAccountSid: accountSid,
      addressSid: "AD" + "1".padStart(32, "0"),
    }),
  CreateEligibility: () => v1.eligibilities.create({ friendly_name: "One", phone_numbers: numbers }),
  CreateBulkEligibility: () => v1.bulkEligibilities.create({ friendly_name: "Many", phone_numbers: numbers }),
  FetchBulkEligibility: () => v1.bulkEligibilities("EC" + "1".padStart(32, "0")).fetch(),
  CreatePortingWebhookConfiguration: () =>
    v1.portingWebhookConfigurations.create({
      port_in_target_url: "https://example.com/in",
      notifications_of: ["PortInExpired"],
    }),
  FetchPortingWebhookConfigurationFetch: () => v1.webhook.fetch(),
  DeletePortingWebhookConfigurationDelete: () => v1.portingWebhookConfigurationsDelete("PORT_IN").remove(),
  CreateSigningRequestConfiguration: () =>
    v1.signingRequestConfigurations.create({ product: "Porting", country: "JP", email_subject: "Sign" }),
  ListSigningRequestConfiguration: () => v1.signingRequestConfigurations.page({ product: "Porting", pageSize: 2 }),
};

async function main() {
  await control("POST", "reset");
  for (const [id, operation] of Object.entries(operations)) {
    await control("DELETE", "log");
    let failure = null;
    await operation().catch((error) => (failure = `${error.name}: ${error.message}`));
    for (const seen of (await control("GET", "log")).requests) {
      const [path, query] = seen.uri.split("?");
      const { method, status, content_type, body } = seen;
      console.log(JSON.stringify({ id, method, path, query, content_type, body, status, failure }));
      if (status >= 300) process.exitCode = 1;
    }
    if (failure) process.exitCode = 1;
  }
}

main();
