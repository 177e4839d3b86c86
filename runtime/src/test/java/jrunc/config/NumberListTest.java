package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberListTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0           | {0}",             "0-3,7        | {0, 1, 2, 3, 7}",      " 1 , 63-65 | {1, 63, 64, 65}",
        "0-9:2/4     | {0, 1, 4, 5, 8, 9}", "10-20:1/5 | {10, 15, 20}",         "5-5        | {5}",
        "3,3,1-2     | {1, 2, 3}",       "0-6:3/3      | {0, 1, 2, 3, 4, 5, 6}",
    })
    void a_list_is_its_numbers(String list, String numbers) {
        assertTrue(NumberList.isOne(list));
        assertEquals(numbers, NumberList.bits(list).toString());
        assertEquals(NumberList.bits(list).length() - 1, NumberList.highest(list));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "0,", "a", "-1", "3-1", "0-", "0-3:2", "0-3:0/4", "0-3:5/4", "0x1", "9999999999", "0-3:/4", "1 2", "0:1/2"})
    void what_the_kernel_cannot_read_is_no_list(String list) {
        assertFalse(NumberList.isOne(list));
    }
}
