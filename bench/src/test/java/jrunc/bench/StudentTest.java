package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTest {
    @ParameterizedTest(name = "{1} degrees of freedom, {0}: {2}")
    @CsvSource({"0.95, 1, 12.706", "0.999, 1, 636.619", "0.999, 2, 31.599", "0.95, 3, 3.182", "0.999, 4, 8.610", "0.999, 9, 4.781", "0.999, 99, 3.392", "0.99, 30, 2.750"})
    void quantiles_are_those_of_the_printed_tables(double share, int freedom, double t) {
        assertEquals(t, Student.quantile(share, freedom), 0.001);
    }
}
