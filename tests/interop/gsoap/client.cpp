// gSOAP with the classes that wsdl2h and soapcpp2 made of the served WSDL. What it prints is explained in ../README.md.
// typemap.dat gives the prefixes ber and typ to the namespaces of the contract.
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>
#include "BetaalhubSoap11.nsmap"
#include "soapBetaalhubSoap11Proxy.h"

static const std::string run = std::getenv("INTEROP_RUN");

static void tell(const char *step, const char *name, const std::string &value, const char *kind = "text") {
    std::cout << step << '\t' << name << '\t' << kind << '\t' << value << std::endl;
}
static void tell(const char *step, const char *name, const char *value) { tell(step, name, std::string(value)); }
static void tell(const char *step, const char *name, bool value) { tell(step, name, value ? "true" : "false", "bool"); }
static void tell(const char *step, const char *name, int value) { tell(step, name, std::to_string(value), "int"); }
static void tell(const char *step, const char *name, LONG64 value) { tell(step, name, std::to_string(value), "int"); }

static void fail(BetaalhubSoap11Proxy &hub) {
    hub.soap_stream_fault(std::cerr);
    std::exit(1);
}

// A new proxy per call, so that what one call allocated is gone after it; the credentials go with each.
struct Hub : BetaalhubSoap11Proxy {
    Hub() : BetaalhubSoap11Proxy(SOAP_C_UTFSTRING) {
        soap->userid = std::getenv("INTEROP_NAAM");
        soap->passwd = std::getenv("INTEROP_GEHEIM");
        soap->connect_timeout = soap->recv_timeout = soap->send_timeout = 20;
    }
    ~Hub() { destroy(); }
};

static typ__Stuurgegevens *stuur(Hub &hub, const std::string &number) {
    typ__Stuurgegevens *found = soap_new_typ__Stuurgegevens(hub.soap);
    found->Zender = "vergunningen";
    found->Referentienummer = run + "-" + number;
    found->TijdstipBericht = time(NULL);
    return found;
}

static void add_regel(Hub &hub, ber__StartBetaling &message, int number, const char *product = "OMGEVING", int aantal = 1) {
    typ__Productregel *regel = soap_new_typ__Productregel(hub.soap);
    regel->Regelnummer = number;
    regel->Productcode = product;
    regel->Omschrijving = "Café & terras, deel " + std::to_string(number);
    regel->Aantal = aantal;
    regel->BedragInCenten = 8450;
    message.Productregel.push_back(regel);
    message.TotaalInCenten += 8450;
}

static void head(Hub &hub, ber__StartBetaling &message, const std::string &number) {
    message.Stuurgegevens = stuur(hub, number);
    message.Kenmerk = run + "-" + number;
    message.TerugkeerUrl = std::getenv("INTEROP_TERUG");
    message.Betaler = soap_new_typ__Betaler(hub.soap);
    message.Betaler->Soort = typ__Betalersoort__BURGER;
    message.Betaler->Naam = soap_new_std__string(hub.soap);
    *message.Betaler->Naam = "Zoë & Jan";
    message.TotaalInCenten = 0;
}

static void controleer() {
    Hub hub;
    ber__Controleer message;
    ber__ControleerResponse answer;
    message.Stuurgegevens = stuur(hub, "c");
    if (hub.Controleer(&message, answer)) fail(hub);
    tell("controleer", "Aansluiting", answer.Aansluiting);
    tell("controleer", "ZenderNaam", *answer.ZenderNaam);
    tell("controleer", "RegisterBereikbaar", answer.RegisterBereikbaar);
    tell("controleer", "Tijdstip", soap_dateTime2s(hub.soap, answer.Tijdstip), "time");
}

static void start_one(const char *step) {
    Hub hub;
    ber__StartBetaling message;
    ber__StartBetalingResponse answer;
    head(hub, message, "1");
    add_regel(hub, message, 1);
    if (hub.StartBetaling(&message, answer)) fail(hub);
    tell(step, "Betaalkenmerk", answer.Betaalkenmerk);
    tell(step, "BetaalUrl", answer.BetaalUrl);
    tell(step, "Status", answer.Status);
    tell(step, "Versie", answer.Versie);
}

static std::string start_fifty() {
    Hub hub;
    ber__StartBetaling message;
    ber__StartBetalingResponse answer;
    head(hub, message, "50");
    for (int number = 1; number <= 50; number++) add_regel(hub, message, number);
    if (hub.StartBetaling(&message, answer)) fail(hub);
    tell("start-50", "Betaalkenmerk", answer.Betaalkenmerk);
    return answer.Betaalkenmerk;
}

static void query(std::string betaalkenmerk) {
    Hub hub;
    ber__VraagBetaalstatus message;
    ber__VraagBetaalstatusResponse stand;
    message.Stuurgegevens = stuur(hub, "q");
    message.Betaalkenmerk = &betaalkenmerk;
    if (hub.VraagBetaalstatus(&message, stand)) fail(hub);
    tell("query", "Betaalkenmerk", stand.Betaalkenmerk);
    tell("query", "Status", stand.Status);
    tell("query", "Leverbaar", stand.Leverbaar);
    tell("query", "TotaalInCenten", stand.TotaalInCenten);
    tell("query", "Regels", (int) stand.Regelstatus.size());
    tell("query", "BedragInCenten", stand.Regelstatus.at(49)->BedragInCenten);
    tell("query", "Betaald", stand.Regelstatus.at(49)->Betaald);
}

static ber__BetaalhubFout *refused(Hub &hub, ber__StartBetaling &message) {
    ber__StartBetalingResponse answer;
    if (hub.StartBetaling(&message, answer) == SOAP_OK || !hub.soap->fault || !hub.soap->fault->detail) fail(hub);
    return hub.soap->fault->detail->ber__BetaalhubFout_;
}

static void refusal() {
    Hub hub;
    ber__StartBetaling message;
    head(hub, message, "f");
    add_regel(hub, message, 1, "ONBEKEND");
    add_regel(hub, message, 1, "ONBEKEND");
    message.TotaalInCenten = 1;
    message.TerugkeerUrl = "https://elders.example/";
    ber__BetaalhubFout *fout = refused(hub, message);
    tell("refusal", "Detail", "typed");
    tell("refusal", "Code", fout->Code);
    tell("refusal", "Plek", fout->Plek);
    tell("refusal", "Herhaalbaar", fout->Herhaalbaar);
    std::string codes;
    for (const typ__Bevinding *bevinding : fout->Bevinding) codes += (codes.empty() ? "" : ",") + bevinding->Code;
    tell("refusal", "Bevindingen", codes);
}

static void contract() {
    Hub hub;
    ber__StartBetaling message;
    head(hub, message, "g");
    add_regel(hub, message, 1);
    add_regel(hub, message, 2, "OMGEVING", 0);
    add_regel(hub, message, 3, "OMGEVING", 0);
    ber__BetaalhubFout *fout = refused(hub, message);
    tell("contract", "Code", fout->Code);
    tell("contract", "Element", fout->Bevinding.at(0)->Element);
    tell("contract", "Facet", *fout->Bevinding.at(0)->Facet);
    tell("contract", "Regel", *fout->Bevinding.at(0)->Regel);
}

static void producten() {
    Hub hub;
    ber__VraagProducten message;
    ber__VraagProductenResponse answer;
    message.Stuurgegevens = stuur(hub, "p");
    if (hub.VraagProducten(&message, answer)) fail(hub);
    std::string codes;
    for (const typ__Product *product : answer.Product) codes += (codes.empty() ? "" : ",") + product->Productcode;
    tell("products", "Codes", codes);
    tell("products", "Omschrijving", answer.Product.at(1)->Omschrijving);
    tell("products", "GeldigVan", answer.Product.at(1)->GeldigVan);
}

static void wijzigingen() {
    Hub hub;
    ber__VraagWijzigingen message;
    ber__VraagWijzigingenResponse answer;
    LONG64 vanaf = 0;
    int maximum = 500;
    message.Stuurgegevens = stuur(hub, "w");
    message.Vanaf = &vanaf;
    message.Maximum = &maximum;
    if (hub.VraagWijzigingen(&message, answer)) fail(hub);
    tell("feed", "Betaalkenmerk", answer.Wijziging.back()->Betaalkenmerk);
    tell("feed", "Volgende", answer.Volgende);
    tell("feed", "Compleet", answer.Compleet);
}

int main() {
    controleer();
    start_one("start-1");
    start_one("again");
    query(start_fifty());
    refusal();
    contract();
    producten();
    wijzigingen();
    std::string version = std::to_string(GSOAP_VERSION);  // 208124 is 2.8.124
    tell("end", "gSOAP", version.substr(0, 1) + "." + std::to_string(std::stoi(version.substr(1, 2))) + "." + version.substr(3));
}
