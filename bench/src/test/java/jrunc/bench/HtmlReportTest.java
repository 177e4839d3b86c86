package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.HashSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private final String page = HtmlReport.of(Sample.results(), "Measured <nowhere> & never.");

    @Test
    void it_is_well_formed_with_a_drawing_for_each_metric_and_one_of_growth() throws Exception {
        assertEquals(7 + 1, parsed().getElementsByTagName("svg").getLength());
        assertEquals("How long commands take", parsed().getElementsByTagName("h1").item(0).getTextContent());
    }

    @Test
    void every_sample_is_a_dot() throws Exception {
        assertEquals(6 * 4 * 20 + 3, parsed().getElementsByTagName("circle").getLength());
    }

    @Test
    void it_needs_nothing_from_elsewhere() throws Exception {
        for (var name : new String[] {"script", "link", "img", "iframe"}) assertEquals(0, parsed().getElementsByTagName(name).getLength(), name);
        assertFalse(page.contains("url(") || page.contains("@import") || page.contains("href"), "it names something to load");
        assertTrue(page.contains("prefers-color-scheme: dark"));
    }

    @Test
    void all_lies_inside_its_drawing() throws Exception {
        var circles = parsed().getElementsByTagName("circle");
        for (int i = 0; i < circles.getLength(); i++) {
            var circle = (Element) circles.item(i);
            double height = Double.parseDouble(((Element) circle.getParentNode().getParentNode()).getAttribute("viewBox").split(" ")[3]);
            assertTrue(Double.parseDouble(circle.getAttribute("cx")) >= 130 && Double.parseDouble(circle.getAttribute("cx")) <= 850);
            assertTrue(Double.parseDouble(circle.getAttribute("cy")) > 0 && Double.parseDouble(circle.getAttribute("cy")) < height);
        }
    }

    @Test
    void every_contender_has_a_colour_of_its_own() {
        var colours = new HashSet<String>();
        for (var name : new String[] {Field.PLAIN, Field.SERVED, Field.COMPILED, Field.FLOOR, Field.RUNC, Field.CRUN, Field.NEWER_CRUN, Field.JAVA, Field.NOTHING, "other"}) {
            assertTrue(colours.add(Html.colour(name)), name);
            assertTrue(Html.STYLE.contains("." + Html.colour(name) + " {"), name);
        }
    }

    @Test
    void one_sample_can_be_drawn_too() throws Exception {
        var results = new Results();
        results.add(Sample.RUN, "jrunc", 3);
        assertEquals(1, parsed(HtmlReport.of(results, "")).getElementsByTagName("circle").getLength());
    }

    private Document parsed() throws Exception {
        return parsed(page);
    }

    private static Document parsed(String page) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }
}
