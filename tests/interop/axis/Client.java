import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Calendar;
import java.util.stream.Collectors;
import nl.betaalhub.klant.*;
import org.apache.axis.client.Stub;

/** Axis 1.4 with the classes that WSDL2Java made of the served WSDL. What it prints is explained in ../README.md. */
public class Client {
    static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    static final String run = System.getenv("INTEROP_RUN");

    static void tell(String step, String name, Object value) {
        boolean time = value instanceof Calendar;
        String kind = value instanceof Boolean ? "bool" : value instanceof Number ? "int" : time ? "time" : "text";
        out.println(step + "\t" + name + "\t" + kind + "\t" + (time ? ((Calendar) value).toInstant() : value));
    }

    static Stuurgegevens stuur(String number) {
        Stuurgegevens found = new Stuurgegevens();
        found.setZender("vergunningen");
        found.setReferentienummer(run + "-" + number);
        found.setTijdstipBericht(Calendar.getInstance());
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
        found.setProductregel(regels);
        found.setTotaalInCenten(8450 * regels.length);
        Betaler betaler = new Betaler();
        betaler.setSoort(Betalersoort.BURGER);
        betaler.setNaam("Zoë & Jan");
        betaler.setTaal(Taal.nl);
        found.setBetaler(betaler);
        found.setTerugkeerUrl(new org.apache.axis.types.URI(System.getenv("INTEROP_TERUG")));
        return found;
    }

    static BetaalhubFout refused(BetaalhubPoort poort, StartBetaling message) throws Exception {
        try {
            poort.startBetaling(message);
        } catch (BetaalhubFout fault) {
            return fault;
        }
        throw new IllegalStateException("not refused");
    }

    static void controleer(BetaalhubPoort poort) throws Exception {
        ControleerResponse answer = poort.controleer(new Controleer(stuur("c")));
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
        String betaalkenmerk = poort.startBetaling(start("50", fifty)).getBetaalkenmerk().toString();
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
        tell("query", "Regels", stand.getRegelstatus().length);
        tell("query", "BedragInCenten", stand.getRegelstatus()[49].getBedragInCenten());
        tell("query", "Betaald", stand.getRegelstatus()[49].isBetaald());
    }

    static void weigeringen(BetaalhubPoort poort) throws Exception {
        StartBetaling wrong = start("f", regel(1, "ONBEKEND", 1), regel(1, "ONBEKEND", 1));
        wrong.setTotaalInCenten(1);
        wrong.setTerugkeerUrl(new org.apache.axis.types.URI("https://elders.example/"));
        BetaalhubFout fout = refused(poort, wrong);
        tell("refusal", "Detail", "typed");
        tell("refusal", "Code", fout.getCode());
        tell("refusal", "Plek", fout.getPlek());
        tell("refusal", "Herhaalbaar", fout.isHerhaalbaar());
        tell("refusal", "Bevindingen", Arrays.stream(fout.getBevinding()).map(Bevinding::getCode).collect(Collectors.joining(",")));
        fout = refused(poort, start("g", regel(1, "OMGEVING", 1), regel(2, "OMGEVING", 0), regel(3, "OMGEVING", 0)));
        tell("contract", "Code", fout.getCode());
        tell("contract", "Element", fout.getBevinding()[0].getElement());
        tell("contract", "Facet", fout.getBevinding()[0].getFacet());
        tell("contract", "Regel", fout.getBevinding()[0].getRegel());
    }

    static void producten(BetaalhubPoort poort) throws Exception {
        VraagProducten message = new VraagProducten();
        message.setStuurgegevens(stuur("p"));
        Product[] found = poort.vraagProducten(message).getProduct();
        tell("products", "Codes", Arrays.stream(found).map(Product::getProductcode).collect(Collectors.joining(",")));
        tell("products", "Omschrijving", found[1].getOmschrijving());
        java.util.Date from = found[1].getGeldigVan();
        out.println("products\tGeldigVan\ttime\t" + new java.text.SimpleDateFormat("yyyy-MM-dd").format(from));
    }

    static void wijzigingen(BetaalhubPoort poort) throws Exception {
        VraagWijzigingen message = new VraagWijzigingen();
        message.setStuurgegevens(stuur("w"));
        message.setVanaf(0L);
        message.setMaximum(500);
        VraagWijzigingenResponse answer = poort.vraagWijzigingen(message);
        tell("feed", "Betaalkenmerk", answer.getWijziging()[answer.getWijziging().length - 1].getBetaalkenmerk());
        tell("feed", "Volgende", answer.getVolgende());
        tell("feed", "Compleet", answer.isCompleet());
    }

    public static void main(String[] arguments) throws Exception {
        // Axis generates for an address; the one in the WSDL is the default.
        BetaalhubPoort poort = new BetaalhubLocator().getBetaalhubSoap11();
        ((Stub) poort).setUsername(System.getenv("INTEROP_NAAM"));
        ((Stub) poort).setPassword(System.getenv("INTEROP_GEHEIM"));
        controleer(poort);
        betalingen(poort);
        weigeringen(poort);
        producten(poort);
        wijzigingen(poort);
        tell("end", "Axis", "1.4 on Java " + System.getProperty("java.version"));
    }
}
