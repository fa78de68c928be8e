import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.GregorianCalendar;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.ws.BindingProvider;
import nl.betaalhub.klant.*;

/** JAX-WS RI with the classes that wsimport made of the served WSDL. What it prints is explained in ../README.md. */
public class Client {
    static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    static final String run = System.getenv("INTEROP_RUN");

    static void tell(String step, String name, Object value) {
        String kind = value instanceof Boolean ? "bool" : value instanceof Number ? "int"
            : value instanceof XMLGregorianCalendar ? "time" : "text";
        out.println(step + "\t" + name + "\t" + kind + "\t" + value);
    }

    static Stuurgegevens stuur(String number) throws Exception {
        Stuurgegevens found = new Stuurgegevens();
        found.setZender("vergunningen");
        found.setReferentienummer(run + "-" + number);
        found.setTijdstipBericht(DatatypeFactory.newInstance().newXMLGregorianCalendar(new GregorianCalendar()));
        return found;
    }

    static Productregel regel(int number, String product, int aantal) {
        Productregel found = new Productregel();
        found.setRegelnummer(number);
        found.setProductcode(product);
        found.setOmschrijving("Café & terras, deel " + number);
        found.setAantal(aantal);
        found.setBedragInCenten(8450);
        return found;
    }

    static StartBetaling start(String number, Productregel... regels) throws Exception {
        StartBetaling found = new StartBetaling();
        found.setStuurgegevens(stuur(number));
        found.setKenmerk(run + "-" + number);
        found.getProductregel().addAll(java.util.List.of(regels));
        found.setTotaalInCenten(8450 * regels.length);
        Betaler betaler = new Betaler();
        betaler.setSoort(Betalersoort.BURGER);
        betaler.setNaam("Zoë & Jan");
        betaler.setTaal(Taal.NL);
        found.setBetaler(betaler);
        found.setTerugkeerUrl(System.getenv("INTEROP_TERUG"));
        return found;
    }

    static BetaalhubFout refused(BetaalhubPoort poort, StartBetaling message) {
        try {
            poort.startBetaling(message);
        } catch (BetaalhubFout_Exception fault) {
            return fault.getFaultInfo();
        }
        throw new IllegalStateException("not refused");
    }

    static void controleer(BetaalhubPoort poort) throws Exception {
        Controleer message = new Controleer();
        message.setStuurgegevens(stuur("c"));
        ControleerResponse answer = poort.controleer(message);
        tell("controleer", "Aansluiting", answer.getAansluiting());
        tell("controleer", "ZenderNaam", answer.getZenderNaam());
        tell("controleer", "RegisterBereikbaar", answer.isRegisterBereikbaar());
        tell("controleer", "Tijdstip", answer.getTijdstip());
    }

    static void betalingen(BetaalhubPoort poort) throws Exception {
        StartBetaling one = start("1", regel(1, "OMGEVING", 1));
        for (String step : new String[] {"start-1", "again"}) {
            StartBetalingResponse answer = poort.startBetaling(one);
            tell(step, "Betaalkenmerk", answer.getBetaalkenmerk());
            tell(step, "BetaalUrl", answer.getBetaalUrl());
            tell(step, "Status", answer.getStatus());
            tell(step, "Versie", answer.getVersie());
        }
        Productregel[] fifty = new Productregel[50];
        for (int i = 0; i < 50; i++) fifty[i] = regel(i + 1, "OMGEVING", 1);
        String betaalkenmerk = poort.startBetaling(start("50", fifty)).getBetaalkenmerk();
        tell("start-50", "Betaalkenmerk", betaalkenmerk);
        query(poort, betaalkenmerk);
    }

    static void query(BetaalhubPoort poort, String betaalkenmerk) throws Exception {
        VraagBetaalstatus message = new VraagBetaalstatus();
        message.setStuurgegevens(stuur("q"));
        message.setBetaalkenmerk(betaalkenmerk);
        VraagBetaalstatusResponse stand = poort.vraagBetaalstatus(message);
        tell("query", "Betaalkenmerk", stand.getBetaalkenmerk());
        tell("query", "Status", stand.getStatus());
        tell("query", "Leverbaar", stand.isLeverbaar());
        tell("query", "TotaalInCenten", stand.getTotaalInCenten());
        tell("query", "Regels", stand.getRegelstatus().size());
        tell("query", "BedragInCenten", stand.getRegelstatus().get(49).getBedragInCenten());
        tell("query", "Betaald", stand.getRegelstatus().get(49).isBetaald());
    }

    static void weigeringen(BetaalhubPoort poort) throws Exception {
        StartBetaling wrong = start("f", regel(1, "ONBEKEND", 1), regel(1, "ONBEKEND", 1));
        wrong.setTotaalInCenten(1);
        wrong.setTerugkeerUrl("https://elders.example/");
        BetaalhubFout fout = refused(poort, wrong);
        tell("refusal", "Detail", "typed");
        tell("refusal", "Code", fout.getCode());
        tell("refusal", "Plek", fout.getPlek());
        tell("refusal", "Herhaalbaar", fout.isHerhaalbaar());
        tell("refusal", "Bevindingen", fout.getBevinding().stream().map(Bevinding::getCode).collect(Collectors.joining(",")));
        fout = refused(poort, start("g", regel(1, "OMGEVING", 1), regel(2, "OMGEVING", 0), regel(3, "OMGEVING", 0)));
        tell("contract", "Code", fout.getCode());
        tell("contract", "Element", fout.getBevinding().get(0).getElement());
        tell("contract", "Facet", fout.getBevinding().get(0).getFacet());
        tell("contract", "Regel", fout.getBevinding().get(0).getRegel());
    }

    static void producten(BetaalhubPoort poort) throws Exception {
        VraagProducten message = new VraagProducten();
        message.setStuurgegevens(stuur("p"));
        VraagProductenResponse answer = poort.vraagProducten(message);
        tell("products", "Codes", answer.getProduct().stream().map(Product::getProductcode).collect(Collectors.joining(",")));
        tell("products", "Omschrijving", answer.getProduct().get(1).getOmschrijving());
        tell("products", "GeldigVan", answer.getProduct().get(1).getGeldigVan());
    }

    static void wijzigingen(BetaalhubPoort poort) throws Exception {
        VraagWijzigingen message = new VraagWijzigingen();
        message.setStuurgegevens(stuur("w"));
        message.setVanaf(0L);
        message.setMaximum(500);
        VraagWijzigingenResponse answer = poort.vraagWijzigingen(message);
        tell("feed", "Betaalkenmerk", answer.getWijziging().get(answer.getWijziging().size() - 1).getBetaalkenmerk());
        tell("feed", "Volgende", answer.getVolgende());
        tell("feed", "Compleet", answer.isCompleet());
    }

    public static void main(String[] arguments) throws Exception {
        BetaalhubPoort poort = new Betaalhub(new URL(System.getenv("INTEROP_WSDL"))).getBetaalhubSoap11();
        Map<String, Object> context = ((BindingProvider) poort).getRequestContext();
        context.put(BindingProvider.USERNAME_PROPERTY, System.getenv("INTEROP_NAAM"));
        context.put(BindingProvider.PASSWORD_PROPERTY, System.getenv("INTEROP_GEHEIM"));
        controleer(poort);
        betalingen(poort);
        weigeringen(poort);
        producten(poort);
        wijzigingen(poort);
        String version = com.sun.xml.ws.util.RuntimeVersion.VERSION.toString().replaceAll(".*RI ([0-9.]+).*", "$1");
        tell("end", "JAX-WS RI", version + " on Java " + System.getProperty("java.version"));
    }
}
