package dev.heddle.port.dpdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelInterfaceTest {
  @TempDir private Path all;

  @Test
  void shouldBeUpWhenItHasACarrier() throws Exception {
    Path carrier = Files.createDirectory(all.resolve("eth1")).resolve("carrier");
    Files.writeString(carrier, "1\n");
    assertThat(KernelInterface.of("net_af_packet0,iface=eth1,qpairs=2", all).isUp()).isTrue();
    Files.writeString(carrier, "0\n");
    assertThat(KernelInterface.of("net_af_packet0,iface=eth1", all).isUp()).isFalse();
    Files.delete(carrier);
    assertThat(KernelInterface.of("net_af_packet0,iface=eth1", all).isUp()).isFalse();
  }

  @Test
  void shouldLeaveOtherDevicesToTheirDrivers() {
    assertThat(KernelInterface.of("0000:03:00.0", all).isUp()).isTrue();
    assertThat(KernelInterface.of("net_tap0,iface=elsewhere", all).isUp()).isTrue();
  }
}
