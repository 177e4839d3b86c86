package jrunc.image;

import java.util.List;
import java.util.Optional;
import jrunc.linux.Arch;
import jrunc.linux.UsageException;

/**
 * What an image runs on, in Go's words for systems and processors.
 *
 * @param variant of the processor, such as {@code v8}
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">image-index.md, platform</a>
 */
public record Platform(String os, String architecture, Optional<String> variant) {
    private static final String LINUX = "linux";

    /** {@return that of this machine} */
    public static Platform host() {
        return of(Arch.host());
    }

    /** {@return Linux on such a processor} */
    public static Platform of(Arch arch) {
        return new Platform(LINUX, arch == Arch.X86_64 ? "amd64" : "arm64", Optional.empty());
    }

    /**
     * {@return what {@code os/arch} or {@code os/arch/variant} names}
     *
     * @throws UsageException if it is neither
     */
    public static Platform named(String text) {
        int first = text.indexOf('/');
        int second = text.indexOf('/', first + 1);
        int end = second < 0 ? text.length() : second;
        boolean sound = first > 0 && end > first + 1 && second != text.length() - 1 && (second < 0 || text.indexOf('/', second + 1) < 0);
        if (!sound) throw new UsageException("\"" + text + "\" is no platform; such as linux/arm64 or linux/arm/v7");
        return new Platform(text.substring(0, first), text.substring(first + 1, end),
                second < 0 ? Optional.empty() : Optional.of(text.substring(second + 1)));
    }

    /**
     * {@return the first of {@code manifests} that fits best, or nothing if none does} One that says nothing of a platform fits, but
     * less than one that names this one.
     */
    public Optional<Descriptor> choose(List<Descriptor> manifests) {
        Descriptor best = null;
        int bestFit = 0;
        for (var manifest : manifests) {
            int fit = manifest.platform().isEmpty() ? 1 : fit(manifest.platform().get());
            if (fit > bestFit) {
                best = manifest;
                bestFit = fit;
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@return how well a program for {@code image} runs here: 0 not at all, 2 and above the better the more} */
    private int fit(Platform image) {
        if (!os.equals(image.os) || !architecture.equals(image.architecture)) return 0;
        if (variant.equals(image.variant)) return 5;
        if (variant.isPresent()) return image.variant.isEmpty() ? 3 : 0;
        boolean least = image.variant.get().equals("v1") || architecture.equals("arm64") && image.variant.get().equals("v8");
        return least ? 4 : 2;
    }

    /** {@return {@code linux/arm/v7}} */
    @Override
    public String toString() {
        return os + '/' + architecture + (variant.isPresent() ? '/' + variant.get() : "");
    }
}
