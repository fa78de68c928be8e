// node-soap, from the served WSDL alone. What it prints is explained in ../README.md.
const soap = require("soap");
const { version } = require("soap/package.json");
const messages = require("./messages.js");
const { INTEROP_WSDL: wsdl, INTEROP_NAAM: naam, INTEROP_GEHEIM: geheim, INTEROP_SOAP: soapVersion } = process.env;
const { tell } = messages;

const some = (step, answer, ...names) => names.forEach((name) => tell(step, name, answer[name]));

async function refused(client, message) {
  try {
    await client.StartBetalingAsync(message);
  } catch (error) {
    const fault = error.root && error.root.Envelope.Body.Fault;
    if (!fault) throw error;
    return (fault.detail || fault.Detail).BetaalhubFout;
  }
  throw new Error("not refused");
}

async function main() {
  const client = await soap.createClientAsync(wsdl, { forceSoap12Headers: soapVersion === "1.2" });
  client.setSecurity(new soap.BasicAuthSecurity(naam, geheim));
  const [checked] = await client.ControleerAsync(messages.controleer);
  some("controleer", checked, "Aansluiting", "ZenderNaam", "RegisterBereikbaar", "Tijdstip");
  for (const step of ["start-1", "again"]) {
    const [answer] = await client.StartBetalingAsync(messages.one);
    some(step, answer, "Betaalkenmerk", "BetaalUrl", "Status", "Versie");
  }
  const [started] = await client.StartBetalingAsync(messages.fifty);
  some("start-50", started, "Betaalkenmerk");
  const [stand] = await client.VraagBetaalstatusAsync(messages.query(started.Betaalkenmerk));
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
  const [producten] = await client.VraagProductenAsync(messages.producten);
  tell("products", "Codes", producten.Product.map((product) => product.Productcode).join(","));
  some("products", producten.Product[1], "Omschrijving", "GeldigVan");
  const [feed] = await client.VraagWijzigingenAsync(messages.wijzigingen);
  some("feed", feed.Wijziging[feed.Wijziging.length - 1], "Betaalkenmerk");
  some("feed", feed, "Volgende", "Compleet");
  tell("end", "node-soap", `${version} on Node.js ${process.versions.node}`);
}

main().catch((error) => {
  console.error(String(error.message || error));
  process.exit(1);
});
