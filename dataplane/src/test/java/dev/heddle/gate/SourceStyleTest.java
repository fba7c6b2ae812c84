package dev.heddle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What neither the compiler nor the formatter checks. */
class SourceStyleTest {
  private static final int MAX_FILE_LINES = 500;
  private static final int MAX_METHOD_LINES = 70;

  /** Put together from halves, so that this file does not contain what it forbids. */
  private static final Pattern LEFT_UNDONE =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private static final Pattern NOT_IN_TESTS =
      Pattern.compile("@Dis" + "abled|Thread\\.sl" + "eep|@Time" + "out");

  private static final Pattern TEST_NAME = Pattern.compile("should[A-Z]\\w*");

  @Test
  void shouldFitOnPagesWhenFilesAreRead() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : Project.files(".java")) {
      long lines = Files.readAllLines(file).size();
      if (lines > MAX_FILE_LINES) {
        tooLong.add(file + " has " + lines + " lines");
      }
    }
    assertThat(tooLong).as("files over %d lines", MAX_FILE_LINES).isEmpty();
  }

  @Test
  void shouldLeaveNothingUndoneWhenSourcesAreSearched() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Project.files(".java")) {
      search(file, LEFT_UNDONE, found);
      if (file.toString().contains("src/test")) {
        search(file, NOT_IN_TESTS, found);
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void shouldFitOnScreenWhenMethodsAreRead() throws IOException {
    List<String> tooLong = new ArrayList<>();
    visitMethods((file, method, lines) -> {
      if (lines > MAX_METHOD_LINES) {
        tooLong.add(file + ": " + method.getName() + " has " + lines + " lines");
      }
    });
    assertThat(tooLong).as("methods over %d lines", MAX_METHOD_LINES).isEmpty();
  }

  @Test
  void shouldSayWhatShouldHappenWhenTestsAreNamed() throws IOException {
    List<String> misnamed = new ArrayList<>();
    visitMethods((file, method, lines) -> {
      if (isTest(method) && !TEST_NAME.matcher(method.getName()).matches()) {
        misnamed.add(file + ": " + method.getName());
      }
    });
    assertThat(misnamed).as("tests not named shouldXWhenY").isEmpty();
  }

  private static boolean isTest(MethodTree method) {
    for (AnnotationTree annotation : method.getModifiers().getAnnotations()) {
      if (annotation
          .getAnnotationType()
          .toString()
          .matches("Test|ParameterizedTest|RepeatedTest")) {
        return true;
      }
    }
    return false;
  }

  private static void search(Path file, Pattern pattern, List<String> found) throws IOException {
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (pattern.matcher(lines.get(i)).find()) {
        found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
      }
    }
  }

  private interface MethodVisitor {
    void visit(Path file, MethodTree method, long lines);
  }

  private static void visitMethods(MethodVisitor visitor) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  null,
                  null,
                  files.getJavaFileObjectsFromPaths(Project.files(".java")));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        Path file = Path.of(unit.getSourceFile().toUri());
        LineMap lines = unit.getLineMap();
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitMethod(MethodTree method, Void unused) {
            long first = lines.getLineNumber(positions.getStartPosition(unit, method));
            long last = lines.getLineNumber(positions.getEndPosition(unit, method));
            visitor.visit(file, method, last - first + 1);
            return super.visitMethod(method, unused);
          }
        }.scan(unit, null);
      }
    }
  }
}
