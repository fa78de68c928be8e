// strong-soap, from the served WSDL alone. What it prints is explained in ../README.md.
const { soap } = require("strong-soap");
const { version } = require("strong-soap/package.json");
const messages = require("./messages.js");
const { INTEROP_WSDL: wsdl, INTEROP_NAAM: naam, INTEROP_GEHEIM: geheim } = process.env;
const { tell } = messages;

const some = (step, answer, ...names) => names.forEach((name) => tell(step, name, answer[name]));

const connected = () =>
  new Promise((resolve, reject) => soap.createClient(wsdl, {}, (error, client) => (error ? reject(error) : resolve(client))));

const call = (client, operation, message) =>
  new Promise((resolve, reject) => client[operation](message, (error, answer) => (error ? reject(error) : resolve(answer))));

async function refused(client, message) {
  try {
    await call(client, "StartBetaling", message);
  } catch (error) {
    const fault = error.root && error.root.Envelope.Body.Fault;
    if (!fault) throw error;
    return fault.detail.BetaalhubFout;
  }
  throw new Error("not refused");
}

async function main() {
  const client = await connected();
  client.setSecurity(new soap.BasicAuthSecurity(naam, geheim));
  const checked = await call(client, "Controleer", messages.controleer);
  some("controleer", checked, "Aansluiting", "ZenderNaam", "RegisterBereikbaar", "Tijdstip");
  for (const step of ["start-1", "again"]) {
    some(step, await call(client, "StartBetaling", messages.one), "Betaalkenmerk", "BetaalUrl", "Status", "Versie");
  }
  const started = await call(client, "StartBetaling", messages.fifty);
  some("start-50", started, "Betaalkenmerk");
  const stand = await call(client, "VraagBetaalstatus", messages.query(started.Betaalkenmerk));
  some("query", stand, "Betaalkenmerk", "Status", "Leverbaar", "TotaalInCenten");
  tell("query", "Regels", stand.Regelstatus.length);
  some("query", stand.Regelstatus[49], "BedragInCenten", "Betaald");
  const fout = await refused(client, messages.wrong);
  tell("refusal", "Detail", "tree");
  some("refusal", fout, "Code", "Plek", "Herhaalbaar");
  tell("refusal", "Bevindingen", fout.Bevinding.map((found) => found.Code).join(","));
  const contract = await refused(client, messages.broken);
  some("contract", contract, "Code");
  some("contract", contract.Bevinding[0], "Element", "Facet", "Regel");
  const producten = await call(client, "VraagProducten", messages.producten);
  tell("products", "Codes", producten.Product.map((product) => product.Productcode).join(","));
  some("products", producten.Product[1], "Omschrijving", "GeldigVan");
  const feed = await call(client, "VraagWijzigingen", messages.wijzigingen);
  some("feed", feed.Wijziging[feed.Wijziging.length - 1], "Betaalkenmerk");
  some("feed", feed, "Volgende", "Compleet");
  tell("end", "strong-soap", `${version} on Node.js ${process.versions.node}`);
}

main().catch((error) => {
  console.error(String(error.message || error));
  process.exit(1);
});
