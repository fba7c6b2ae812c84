/*
 * The C side of LpmComparison: DPDK's lookup structures, filled from the same routes and asked for
 * the same destinations as ours. One command a line on standard input, one answer a line on
 * standard output:
 *
 *   run <structure> <passes>      -> nanoseconds for <passes> passes over all destinations
 *   check <structure> <file>      -> writes the next hop of each destination, 32 bits each
 *
 * A structure is built at its first use and stays. Files are little-endian 32-bit words: a route is
 * prefix (1 word, or 4 for IPv6, network order within), length, next hop; a destination is its address.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_lpm.h>
#include <rte_lpm6.h>
#include <rte_vect.h>

/* Destinations a lookup call takes: a full burst of the pipeline. */
#define BURST 256
/* What the largest of the tables together need. */
#define HUGE_MEGABYTES "5120"
#define TABLE8_GROUPS (1 << 20)
/* rte_fib6 reserves as many groups as its routes might need at the very worst. */
#define FIB6_TABLE8_GROUPS (1 << 21)

struct route4 {
	uint32_t prefix, length, hop;
};

struct route6 {
	uint8_t prefix[16];
	uint32_t length, hop;
};

static uint32_t *destinations4;
static uint8_t (*destinations6)[16];
static void *routes;
static bool v6;
static size_t route_count, destination_count;
static uint32_t *results;

static void fail(const char *what)
{
	fprintf(stderr, "lpm_peer: %s: %s\n", what, rte_strerror(rte_errno));
	exit(1);
}

static void refused(const char *what, size_t route, int result)
{
	fprintf(stderr, "lpm_peer: %s: route %zu of %zu: %s\n", what, route, route_count,
		rte_strerror(-result));
	exit(1);
}

static void *slurp(const char *path, size_t record, size_t *count)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		fail(path);
	fseek(file, 0, SEEK_END);
	size_t bytes = ftell(file);
	rewind(file);
	void *memory = malloc(bytes);
	if (memory == NULL || fread(memory, 1, bytes, file) != bytes)
		fail(path);
	fclose(file);
	*count = bytes / record;
	return memory;
}

static uint64_t now_ns(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

static struct rte_lpm *lpm;
static struct rte_fib *fib;
static struct rte_lpm6 *lpm6;
static struct rte_fib6 *fib6;

/*
 * rte_lpm_add searches the rules of a length one by one, so a million routes would take many minutes.
 * The part up to 24 bits is therefore painted as rte_lpm_add would paint it, shorter prefixes first;
 * the few longer ones are added properly. What a lookup reads is the same.
 */
static void build_lpm(void)
{
	struct rte_lpm_config config = {.max_rules = route_count + 1, .number_tbl8s = 1 << 16};
	const struct route4 *route = routes;
	lpm = rte_lpm_create("lpm", SOCKET_ID_ANY, &config);
	if (lpm == NULL)
		fail("rte_lpm_create");
	for (uint32_t length = 0; length <= 24; length++)
		for (size_t i = 0; i < route_count; i++) {
			if (route[i].length != length)
				continue;
			uint32_t first = route[i].prefix >> 8, end = first + (1u << (24 - length));
			for (uint32_t j = first; j < end; j++)
				lpm->tbl24[j] = (struct rte_lpm_tbl_entry){
					.next_hop = route[i].hop, .valid = 1, .depth = length};
		}
	for (size_t i = 0; i < route_count; i++)
		if (route[i].length > 24 &&
		    rte_lpm_add(lpm, route[i].prefix, route[i].length, route[i].hop) < 0)
			fail("rte_lpm_add");
}

static void build_fib(void)
{
	struct rte_fib_conf config = {
		.type = RTE_FIB_DIR24_8, .default_nh = 0, .max_routes = route_count * 2 + 64,
		.dir24_8 = {.nh_sz = RTE_FIB_DIR24_8_4B, .num_tbl8 = (1 << 15) - 1}};
	const struct route4 *route = routes;
	fib = rte_fib_create("fib", SOCKET_ID_ANY, &config);
	if (fib == NULL)
		fail("rte_fib_create");
	for (size_t i = 0; i < route_count; i++) {
		int result = rte_fib_add(fib, route[i].prefix, route[i].length, route[i].hop);
		if (result < 0)
			refused("rte_fib_add", i, result);
	}
}

static void build_lpm6(void)
{
	struct rte_lpm6_config config = {.max_rules = route_count + 1, .number_tbl8s = TABLE8_GROUPS};
	struct route6 *route = routes;
	lpm6 = rte_lpm6_create("lpm6", SOCKET_ID_ANY, &config);
	if (lpm6 == NULL)
		fail("rte_lpm6_create");
	for (size_t i = 0; i < route_count; i++) {
		int result = rte_lpm6_add(lpm6, route[i].prefix, route[i].length, route[i].hop);
		if (result < 0)
			refused("rte_lpm6_add", i, result);
	}
}

static void build_fib6(void)
{
	struct rte_fib6_conf config = {
		.type = RTE_FIB6_TRIE, .default_nh = 0, .max_routes = route_count * 2 + 64,
		.trie = {.nh_sz = RTE_FIB6_TRIE_4B, .num_tbl8 = FIB6_TABLE8_GROUPS}};
	struct route6 *route = routes;
	fib6 = rte_fib6_create("fib6", SOCKET_ID_ANY, &config);
	if (fib6 == NULL)
		fail("rte_fib6_create");
	for (size_t i = 0; i < route_count; i++) {
		int result = rte_fib6_add(fib6, route[i].prefix, route[i].length, route[i].hop);
		if (result < 0)
			refused("rte_fib6_add", i, result);
	}
}

static void pass_lpm_bulk(uint32_t *to)
{
	for (size_t i = 0; i < destination_count; i += BURST)
		rte_lpm_lookup_bulk(lpm, destinations4 + i, to + i, BURST);
}

static void pass_lpm_x4(uint32_t *to)
{
	for (size_t i = 0; i < destination_count; i += 4)
		rte_lpm_lookupx4(lpm, _mm_loadu_si128((__m128i *)(destinations4 + i)), to + i, 0);
}

static void pass_fib(uint32_t *to)
{
	static uint64_t hops[BURST];
	for (size_t i = 0; i < destination_count; i += BURST) {
		rte_fib_lookup_bulk(fib, destinations4 + i, hops, BURST);
		if (to != results)
			for (int j = 0; j < BURST; j++)
				to[i + j] = hops[j];
	}
}

static void pass_lpm6(uint32_t *to)
{
	for (size_t i = 0; i < destination_count; i += BURST)
		rte_lpm6_lookup_bulk_func(lpm6, destinations6 + i, (int32_t *)to + i, BURST);
}

static void pass_fib6(uint32_t *to)
{
	static uint64_t hops[BURST];
	for (size_t i = 0; i < destination_count; i += BURST) {
		rte_fib6_lookup_bulk(fib6, destinations6 + i, hops, BURST);
		if (to != results)
			for (int j = 0; j < BURST; j++)
				to[i + j] = hops[j];
	}
}

typedef void pass(uint32_t *to);

static pass *structure(const char *name)
{
	if (strncmp(name, "rte_lpm6", 8) == 0) {
		if (lpm6 == NULL)
			build_lpm6();
		return pass_lpm6;
	}
	if (strncmp(name, "rte_lpm", 7) == 0) {
		if (lpm == NULL)
			build_lpm();
		return strcmp(name, "rte_lpm-x4") == 0 ? pass_lpm_x4 : pass_lpm_bulk;
	}
	bool vector = strstr(name, "avx512") != NULL;
	if (v6) {
		if (fib6 == NULL)
			build_fib6();
		if (rte_fib6_select_lookup(fib6, vector ? RTE_FIB6_LOOKUP_TRIE_VECTOR_AVX512
							: RTE_FIB6_LOOKUP_TRIE_SCALAR) != 0)
			fail("rte_fib6_select_lookup");
		return pass_fib6;
	}
	if (fib == NULL)
		build_fib();
	if (rte_fib_select_lookup(fib, vector ? RTE_FIB_LOOKUP_DIR24_8_VECTOR_AVX512
					      : RTE_FIB_LOOKUP_DIR24_8_SCALAR_MACRO) != 0)
		fail("rte_fib_select_lookup");
	return pass_fib;
}

static void check(pass *lookup, const char *path)
{
	uint32_t *found = calloc(destination_count, sizeof(uint32_t));
	FILE *file = fopen(path, "wb");
	if (found == NULL || file == NULL)
		fail(path);
	lookup(found);
	/* rte_lpm's bulk lookup leaves flags and depth above the next hop. */
	for (size_t i = 0; i < destination_count; i++)
		found[i] &= 0xffffff;
	fwrite(found, sizeof(uint32_t), destination_count, file);
	fclose(file);
	free(found);
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: lpm_peer 4|6 <core> <routes file> <destinations file>\n");
		return 2;
	}
	v6 = strcmp(argv[1], "6") == 0;
	char cores[32];
	snprintf(cores, sizeof(cores), "--lcores=0@%s", argv[2]);
	char *eal[] = {"lpm_peer", "--in-memory", "-m", HUGE_MEGABYTES, "--no-pci",
		       "--no-telemetry", "--log-level=4", cores};
	if (rte_eal_init(sizeof(eal) / sizeof(eal[0]), eal) < 0)
		fail("rte_eal_init");
	rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_512);
	routes = slurp(argv[3], v6 ? sizeof(struct route6) : sizeof(struct route4), &route_count);
	destinations4 = slurp(argv[4], v6 ? 16 : 4, &destination_count);
	destinations6 = (void *)destinations4;
	results = calloc(destination_count, sizeof(uint32_t));

	char line[512], name[64], argument[400];
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (sscanf(line, "run %63s %399s", name, argument) == 2) {
			pass *lookup = structure(name);
			uint64_t start = now_ns();
			for (int passes = atoi(argument); passes > 0; passes--)
				lookup(results);
			printf("%" PRIu64 "\n", now_ns() - start);
		} else if (sscanf(line, "check %63s %399s", name, argument) == 2) {
			check(structure(name), argument);
			printf("ok\n");
		} else {
			fprintf(stderr, "lpm_peer: no command %s", line);
			return 2;
		}
		fflush(stdout);
	}
	return 0;
}
