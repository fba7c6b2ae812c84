import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Gives the classes of a jar the stack maps that class files have had since Java 7, so that an AOT
 * cache takes them in: it leaves out what is verified without. Usage: {@code java StackMaps.java
 * JAR}; a jar without such classes stays as it is.
 */
final class StackMaps {
  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_7_VERSION;

  private StackMaps() {}

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path next = jar.resolveSibling(jar.getFileName() + ".next");
    if (rewrite(jar, next) == 0) {
      Files.delete(next);
    } else {
      Files.move(next, jar, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Returns how many classes had none. */
  private static int rewrite(Path jar, Path next) throws IOException {
    int old = 0;
    try (JarFile from = new JarFile(jar.toFile());
        JarOutputStream to = new JarOutputStream(Files.newOutputStream(next))) {
      ClassFile format =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS,
              ConstantPoolSharingOption.NEW_POOL,
              ClassHierarchyResolverOption.of(classesOf(from)));
      for (JarEntry entry : Collections.list(from.entries())) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        if (entry.getName().endsWith(".class")) {
          ClassModel model = format.parse(bytes);
          if (model.majorVersion() < FIRST_WITH_STACK_MAPS) {
            bytes = format.transformClass(model, withStackMaps());
            old++;
          }
        }
        to.putNextEntry(new JarEntry(entry.getName()));
        to.write(bytes);
        to.closeEntry();
      }
    }
    return old;
  }

  /** Method bodies are written anew, since those that are only copied keep what they have. */
  private static ClassTransform withStackMaps() {
    return ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
        .andThen(
            ClassTransform.endHandler(made -> made.withVersion(FIRST_WITH_STACK_MAPS, 0)));
  }

  private static ClassHierarchyResolver classesOf(JarFile jar) {
    return ClassHierarchyResolver.ofResourceParsing(type -> open(jar, type))
        .orElse(ClassHierarchyResolver.defaultResolver());
  }

  private static InputStream open(JarFile jar, ClassDesc type) {
    String name = type.descriptorString();
    JarEntry entry = jar.getJarEntry(name.substring(1, name.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
