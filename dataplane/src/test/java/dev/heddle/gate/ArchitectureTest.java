package dev.heddle.gate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Arrays.stream;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom: the rooms of docs/ARCHITECTURE.md, and the walls between them. */
@AnalyzeClasses(packages = "dev.heddle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest static final ArchRule MEMORY_SEES_NOTHING = onlySees("memory");

  @ArchTest static final ArchRule LINUX_CALLS_SEE_MEMORY = onlySees("ffi", "memory");

  @ArchTest static final ArchRule WIRE_SEES_MEMORY = onlySees("wire", "memory");

  @ArchTest static final ArchRule TABLE_SEES_MEMORY = onlySees("table", "memory");

  @ArchTest
  static final ArchRule STAGE_SEES_WHAT_A_PACKET_NEEDS =
      onlySees("stage", "memory", "wire", "packet", "table", "flow", "observe");

  @ArchTest static final ArchRule FLOWS_SEE_MEMORY = onlySees("flow", "memory", "wire");

  @ArchTest
  static final ArchRule UNDERLAY_SEES_WHAT_NEIGHBOURS_NEED =
      onlySees("underlay", "memory", "wire", "packet", "table", "observe");

  @ArchTest static final ArchRule MODEL_SEES_NOTHING = onlySees("model");

  @ArchTest
  static final ArchRule COMPILE_SEES_MODEL_AND_TABLES = onlySees("compile", "model", "table");

  @ArchTest
  static final ArchRule COMPILE_TOUCHES_NOTHING_OUTSIDE =
      noClasses()
          .that()
          .resideInAPackage("dev.heddle.compile..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.io..", "java.net..", "java.nio..", "java.time..")
          .allowEmptyShould(true);

  @ArchTest static final ArchRule CONTRACT_SEES_NOTHING = onlySees("api");

  @ArchTest static final ArchRule CLI_IS_A_CLIENT_LIKE_ANY_OTHER = onlySees("cli", "api");

  @ArchTest
  static final ArchRule PACKET_PATH_KNOWS_NO_CONTROL =
      noClasses()
          .that()
          .resideInAnyPackage(
              rooms("worker", "stage", "port", "packet", "table", "flow", "wire", "underlay"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..",
              "com.google.protobuf..",
              "dev.heddle.api..",
              "dev.heddle.compile..",
              "dev.heddle.control..",
              "dev.heddle.model..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule ROOMS_FORM_NO_CYCLE =
      slices().matching("dev.heddle.(*)..").should().beFreeOfCycles();

  private static ArchRule onlySees(String room, String... others) {
    return classes()
        .that()
        .resideInAPackage("dev.heddle." + room + "..")
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage("dev.heddle..")
                .or(resideInAnyPackage(rooms(room)))
                .or(resideInAnyPackage(rooms(others))))
        .allowEmptyShould(true)
        .as(room + " sees only itself and " + String.join(", ", others));
  }

  private static String[] rooms(String... names) {
    return stream(names).map(name -> "dev.heddle." + name + "..").toArray(String[]::new);
  }
}
