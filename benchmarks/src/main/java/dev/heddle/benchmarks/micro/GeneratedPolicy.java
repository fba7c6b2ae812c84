package dev.heddle.benchmarks.micro;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.heddle.compile.policy.Condition;
import dev.heddle.compile.policy.PortRange;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.policy.FlowKeys;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

/**
 * What a program would be as bytecode: one comparison after the other, in a hidden class. It knows
 * IPv4 rules with a source net, one protocol and a range of destination ports.
 */
final class GeneratedPolicy {
  private static final int KEYS = 1;
  private static final int INDEX = 2;
  private static final int SOURCE = 3;
  private static final int PROTOCOL = 5;
  private static final int PORT = 6;
  private static final ClassDesc FLOW_KEYS = describe(FlowKeys.class);

  private GeneratedPolicy() {}

  /** A program of a class of its own. */
  interface Program {
    /** As {@link dev.heddle.table.policy.PolicyTables#verdict} has it. */
    int verdict(FlowKeys keys, int i);
  }

  static Program generate(RuleTier tier) {
    ClassDesc name = ClassDesc.of(GeneratedPolicy.class.getPackageName(), "Rules");
    byte[] bytes =
        ClassFile.of()
            .build(
                name,
                type ->
                    type.withInterfaceSymbols(describe(Program.class))
                        .withMethodBody(
                            INIT_NAME,
                            MTD_void,
                            ClassFile.ACC_PUBLIC,
                            code ->
                                code.aload(0)
                                    .invokespecial(ConstantDescs.CD_Object, INIT_NAME, MTD_void)
                                    .return_())
                        .withMethodBody(
                            "verdict",
                            MethodTypeDesc.of(CD_int, FLOW_KEYS, CD_int),
                            ClassFile.ACC_PUBLIC,
                            code -> write(code, tier)));
    try {
      MethodHandles.Lookup hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (Program) hidden.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(CodeBuilder code, RuleTier tier) {
    load(code, "sourceLow", "[J").laload().lstore(SOURCE);
    load(code, "protocol", "[I").iaload().istore(PROTOCOL);
    load(code, "destinationPort", "[I").iaload().istore(PORT);
    Label end = code.newLabel();
    load(code, "ipv6", "[Z").baload().ifne(end);
    for (int i = 0; i < tier.rules().size(); i++) {
      RuleTier.Rule rule = tier.rules().get(i);
      Label next = code.newLabel();
      compare(code, rule.conditions().getFirst(), next);
      code.loadConstant(i << 1 | rule.action().ordinal()).ireturn().labelBinding(next);
    }
    code.labelBinding(end)
        .loadConstant(tier.rules().size() << 1 | tier.defaultAction().ordinal())
        .ireturn();
  }

  private static CodeBuilder load(CodeBuilder code, String column, String type) {
    return code.aload(KEYS).getfield(FLOW_KEYS, column, ClassDesc.ofDescriptor(type)).iload(INDEX);
  }

  private static void compare(CodeBuilder code, Condition condition, Label next) {
    IpPrefix net = condition.sourceNets().any().getFirst();
    PortRange ports = condition.destinationPorts().any().getFirst();
    code.lload(SOURCE)
        .loadConstant(Integer.toUnsignedLong(IpPrefix.mask4(net.length())))
        .land()
        .loadConstant(net.address().low())
        .lcmp()
        .ifne(next)
        .iload(PROTOCOL)
        .loadConstant(condition.protocols().any().getFirst().first())
        .if_icmpne(next)
        .iload(PORT)
        .loadConstant(ports.first())
        .if_icmplt(next)
        .iload(PORT)
        .loadConstant(ports.last())
        .if_icmpgt(next);
  }

  private static ClassDesc describe(Class<?> type) {
    return ClassDesc.ofDescriptor(type.descriptorString());
  }
}
