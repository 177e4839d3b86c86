package jrunc.config;

import static jrunc.config.ConfigParser.UINT16_MAX;
import static jrunc.config.ConfigParser.number;
import static jrunc.config.ConfigParser.orZero;

import java.util.ArrayList;
import java.util.List;

/** Reads the {@code linux.resources.blockIO} object. */
final class BlockIoParser {
    private BlockIoParser() {}

    static Resources.BlockIo blockIO(JsonReader json) {
        Long weight = null;
        Long leafWeight = null;
        List<Resources.WeightDevice> weightDevice = new ArrayList<>();
        List<Resources.ThrottleDevice> readBps = null;
        List<Resources.ThrottleDevice> writeBps = null;
        List<Resources.ThrottleDevice> readIops = null;
        List<Resources.ThrottleDevice> writeIops = null;
        if (!json.object()) return Resources.BlockIo.NONE;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "weight" -> weight = json.integer(0, UINT16_MAX);
                case "leafWeight" -> leafWeight = json.integer(0, UINT16_MAX);
                case "weightDevice" -> {
                    if (json.array()) while (json.nextElement()) weightDevice.add(weightDevice(json));
                }
                case "throttleReadBpsDevice" -> readBps = throttles(json);
                case "throttleWriteBpsDevice" -> writeBps = throttles(json);
                case "throttleReadIOPSDevice" -> readIops = throttles(json);
                case "throttleWriteIOPSDevice" -> writeIops = throttles(json);
                default -> json.passOver();
            }
        }
        return new Resources.BlockIo(number(weight), number(leafWeight), weightDevice, readBps, writeBps, readIops, writeIops);
    }

    private static Resources.WeightDevice weightDevice(JsonReader json) {
        Long major = null;
        Long minor = null;
        Long weight = null;
        Long leafWeight = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "major" -> major = json.integer(0, Long.MAX_VALUE);
                    case "minor" -> minor = json.integer(0, Long.MAX_VALUE);
                    case "weight" -> weight = json.integer(0, UINT16_MAX);
                    case "leafWeight" -> leafWeight = json.integer(0, UINT16_MAX);
                    default -> json.passOver();
                }
            }
            json.require(major, "major");
            json.require(minor, "minor");
        }
        return new Resources.WeightDevice(orZero(major), orZero(minor), number(weight), number(leafWeight));
    }

    private static List<Resources.ThrottleDevice> throttles(JsonReader json) {
        List<Resources.ThrottleDevice> throttles = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) throttles.add(throttle(json));
        }
        return throttles;
    }

    private static Resources.ThrottleDevice throttle(JsonReader json) {
        Long major = null;
        Long minor = null;
        Long rate = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "major" -> major = json.integer(0, Long.MAX_VALUE);
                    case "minor" -> minor = json.integer(0, Long.MAX_VALUE);
                    case "rate" -> rate = json.unsigned();
                    default -> json.passOver();
                }
            }
            json.require(major, "major");
            json.require(minor, "minor");
            json.require(rate, "rate");
        }
        return new Resources.ThrottleDevice(orZero(major), orZero(minor), orZero(rate));
    }
}
