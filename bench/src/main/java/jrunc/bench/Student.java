package jrunc.bench;

/**
 * Student's t distribution, for whole degrees of freedom: there its integral is a finite sum.
 *
 * @see <a href="https://personal.math.ubc.ca/~cbm/aands/page_948.htm">Abramowitz and Stegun, 26.7.3 and 26.7.4</a>
 */
final class Student {
    private static final int STEPS = 200;
    private static final double MOST = 1e6;

    private Student() {}

    /** {@return the t that this share of all, 0 to 1, lies within, on both sides of 0} */
    static double quantile(double share, int freedom) {
        double low = 0;
        double high = MOST;
        for (int i = 0; i < STEPS; i++) {
            double middle = (low + high) / 2;
            if (within(middle, freedom) < share) low = middle;
            else high = middle;
        }
        return high;
    }

    /** {@return the share of all that lies between -t and t} */
    private static double within(double t, int freedom) {
        double angle = Math.atan(t / Math.sqrt(freedom));
        double sine = Math.sin(angle);
        double cosine = Math.cos(angle);
        boolean odd = freedom % 2 == 1;
        double term = odd ? cosine : 1;
        double sum = freedom == 1 ? 0 : term;
        for (int i = odd ? 3 : 2; i <= freedom - 2; i += 2) {
            term *= cosine * cosine * (i - 1) / i;
            sum += term;
        }
        return odd ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
    }
}
