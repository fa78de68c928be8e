// The echo that our door is compared with: it reads a StartBetaling and gives one fixed answer, both validated against the schema.
package echo;

import com.sun.xml.ws.developer.SchemaValidation;
import javax.jws.WebService;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.ws.Endpoint;

@SchemaValidation
@WebService(endpointInterface = "echo.BetaalhubPoort", serviceName = "Betaalhub", portName = "BetaalhubSoap11",
    targetNamespace = "urn:betaalhub:dienst:v1", wsdlLocation = "one.wsdl")
public class Echo implements BetaalhubPoort {
    private final StartBetalingResponse answer = new StartBetalingResponse();

    public Echo() throws Exception {
        XMLGregorianCalendar now = DatatypeFactory.newInstance().newXMLGregorianCalendar("2026-11-23T13:30:00.123456Z");
        StuurgegevensAntwoord kop = new StuurgegevensAntwoord();
        kop.setReferentienummer("0123456789ABCDEF0123456789");
        kop.setCrossRefnummer("ref-1");
        kop.setTijdstipBericht(now);
        answer.setStuurgegevens(kop);
        answer.setBetaalkenmerk("482710936577");
        answer.setWinkelmandje("482710936577");
        answer.setBetaalUrl("http://127.0.0.1:8080/nl/winkelmandje/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        answer.setStatus("OPEN");
        answer.setVersie(1);
        answer.setVervaltOp(now);
    }

    @Override
    public StartBetalingResponse startBetaling(StartBetaling message) {
        return answer;
    }

    public static void main(String[] arguments) throws Exception {
        Endpoint.publish(arguments[0], new Echo());
        System.out.println("ready");
    }
}
