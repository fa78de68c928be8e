// A betaling started by node-soap from the served WSDL alone: node node-soap.js http://127.0.0.1:8080/soap/v1 SECRET http://127.0.0.1:8093/terug
const soap = require("soap");
const [address, secret] = process.argv.slice(2);
const stuur = (ref) => ({ Zender: "vergunningen", Referentienummer: ref, TijdstipBericht: "2026-11-23T14:30:00+01:00" });
const regel = (n, code = "OMGEVING") => ({ Regelnummer: n, Productcode: code, Omschrijving: "Café & terras", Aantal: 1, BedragInCenten: 8450 });

async function main(wsdl) {
  const client = await soap.createClientAsync(wsdl);
  client.setSecurity(new soap.BasicAuthSecurity("esb-demo", secret));
  const [checked] = await client.ControleerAsync({ Stuurgegevens: stuur("node-0") });
  console.log(wsdl.split("?")[1], "Controleer", checked.Aansluiting, checked.ZenderNaam, checked.RegisterBereikbaar);
  for (const count of [1, 50]) {
    const key = `node-${Date.now()}-${count}`;
    const regels = Array.from({ length: count }, (_, i) => regel(i + 1));
    const [started] = await client.StartBetalingAsync({ Stuurgegevens: stuur(key), Kenmerk: key, Productregel: regels, TotaalInCenten: 8450 * count, TerugkeerUrl: process.argv[4] });
    const [stand] = await client.VraagBetaalstatusAsync({ Stuurgegevens: stuur(key + "v"), Betaalkenmerk: started.Betaalkenmerk });
    console.log("StartBetaling", count, started.Status, started.BetaalUrl.slice(0, 45), "| VraagBetaalstatus", stand.Status, stand.TotaalInCenten, [].concat(stand.Regelstatus).length);
  }
  try {
    await client.StartBetalingAsync({ Stuurgegevens: stuur("node-f" + Date.now()), Kenmerk: "f" + Date.now(), Productregel: [regel(1, "ONBEKEND"), regel(1)], TotaalInCenten: 1, TerugkeerUrl: "https://elders.example/" });
  } catch (e) {
    const fout = e.root.Envelope.Body.Fault.detail.BetaalhubFout;
    console.log("Fault", e.response.status, fout.Code, fout.Plek, fout.Herhaalbaar, fout.Bevinding.map((b) => b.Code).join(","));
  }
}
main(address + "?wsdl").then(() => main(address + "?singleWsdl")).catch((e) => { console.error(e.message || e); process.exit(1); });
