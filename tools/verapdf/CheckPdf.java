import java.io.File;
import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Validates PDF files against PDF/UA-1 and PDF/A-2a with the library of veraPDF; called by tools/check_pdf.py. */
public class CheckPdf {
  public static void main(String[] files) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    boolean good = true;
    for (String name : files)
      for (PDFAFlavour flavour : new PDFAFlavour[] {PDFAFlavour.PDFUA_1, PDFAFlavour.PDFA_2_A})
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(new File(name)), flavour);
             PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, 20, false, false, false)) {
          ValidationResult result = validator.validate(parser);
          good &= result.isCompliant();
          System.out.println(name + "\t" + flavour.getId() + "\t" + (result.isCompliant() ? "compliant" : "NOT COMPLIANT") + "\t"
              + result.getTotalAssertions() + " checks");
          Map<String, Integer> counts = new TreeMap<>();
          for (TestAssertion a : result.getTestAssertions())
            if (a.getStatus() == TestAssertion.Status.FAILED)
              counts.merge(a.getRuleId().getClause() + "-" + a.getRuleId().getTestNumber() + "\t" + a.getMessage(), 1, Integer::sum);
          counts.forEach((rule, n) -> System.out.println("  " + n + " × " + rule));
        }
    System.exit(good ? 0 : 1);
  }
}
