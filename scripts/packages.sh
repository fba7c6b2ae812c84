#!/bin/bash
# Makes sure that the Debian packages of a make target are there: scripts/packages.sh build|test|demo|bench
#
# As root it installs what is missing; otherwise it names the missing packages and the command.
set -euo pipefail

# What each target needs, and why. Nothing else lists packages.
build=(
  maven # runs the build; brings a Java 17 that only starts, the JDK is found by scripts/jdk.sh
)
dpdk=(
  librte-eal23 librte-ethdev23 librte-mbuf23 librte-mempool23 # what the daemon loads for an uplink
  librte-mempool-ring23 librte-bus-vdev23 # its buffers, and the bus of the devices below
  librte-net-af-packet23 # an interface of the kernel's as uplink
)
capture=(
  libpcap0.8 # compiles the filters of captures
)
demo=(
  dpdk-dev # dpdk-testpmd: the pods, and the witness beside our own counters
  librte-net-memif23 librte-net-pcap23 # its memif ports, and the capture files behind them
  librte-net-tap23 # the taps that lead to a kernel's ping
  librte-mempool-ring23 # its buffers
  iproute2 # network namespaces for those taps and for the nodes
  iputils-ping
  tcpdump # captures what passes between the nodes
)
test=(
  tshark # reads the capture files that the daemon wrote
  gcc libc6-dev # the C files that every structure offset and constant is compared with
  libdpdk-dev # the headers that they compare with
  ethtool # the offloads of a veth pair
  python3 # plays a pod that sends what no kernel would, and an agent
  python3-grpcio protobuf-compiler protobuf-compiler-grpc # that agent's client, made from the .proto alone
  openssl # certificates of the daemon and its clients
  procps # sysctl, which makes a namespace forward
  curl # asks a daemon whether it is ready
  librte-bus-pci23 # NICs are found by it
  librte-net-null23 librte-net-ring23 librte-net-af-xdp23 # devices to test with
)
bench=(
  pkg-config # the shim around rte_lpm's inline functions
  gnuplot-nox # the report's plots
  iperf3 # TCP between kernel pods
  openvswitch-switch-dpdk # a peer; the benchmarks start one of their own
)

case ${1:-} in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${dpdk[@]}" "${capture[@]}" "${test[@]}" "${demo[@]}") ;;
  demo) wanted=("${build[@]}" "${dpdk[@]}" "${capture[@]}" "${demo[@]}") ;;
  bench) wanted=("${build[@]}" "${dpdk[@]}" "${capture[@]}" "${test[@]}" "${demo[@]}" "${bench[@]}") ;;
  *)
    echo "usage: ${0##*/} build|test|demo|bench" >&2
    exit 2
    ;;
esac

missing=()
for package in "${wanted[@]}"; do
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] \
    || missing+=("$package")
done
((${#missing[@]} == 0)) && exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if ((EUID != 0)); then
  echo "make $1 needs Debian packages that are not installed: ${missing[*]}" >&2
  echo "Install them with: sudo ${install[*]}" >&2
  exit 1
fi

echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# The package lists of a fresh machine may be absent or out of date.
"${install[@]}" >/dev/null 2>&1 || {
  apt-get update -q
  "${install[@]}"
}
