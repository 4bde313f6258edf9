import { expect, test } from "vitest";
import { encodeCoils, readCoils } from "#shared/paravision/enhanced-coils.ts";
import { parameterFile } from "#test/phantom/paravision-files.ts";

const name = { ReceiveCoilName: "RF ARR 400 1H", TransmitCoilName: "RF RES 400 1H" };
const coilsOf = (text: string) => encodeCoils(name, readCoils(parameterFile(text)));
const receive = { ReceiveCoilName: "RF ARR 400 1H", ReceiveCoilManufacturerName: [] };
const transmit = { TransmitCoilName: "RF RES 400 1H", TransmitCoilManufacturerName: [] };

test("an array of ParaVision 360 has its elements, and the resonator that transmits is a volume coil", () => {
  // As in a visu_pars of ParaVision 360.3.6.
  const written = coilsOf(`##$VisuCoilReceiveType=MULTICOIL
##$VisuCoilReceiveIsQuadrature=No
##$VisuCoilReceiveMultiName=( 2 )
(<Element 1>, Yes) (<Element 2>, No)
##$VisuCoilTransmitType=MULTICOIL`);
  const elements = [
    { MultiCoilElementName: "Element 1", MultiCoilElementUsed: "YES" },
    { MultiCoilElementName: "Element 2", MultiCoilElementUsed: "NO" },
  ];
  expect(written).toEqual({
    MRReceiveCoilSequence: [
      {
        ...receive,
        ...{ ReceiveCoilType: "MULTICOIL", QuadratureReceiveCoil: "NO" },
        MultiCoilDefinitionSequence: elements,
      },
    ],
    MRTransmitCoilSequence: [{ ...transmit, TransmitCoilType: "VOLUME" }],
  });
});

test("a surface coil is one, and what nothing says is a volume coil", () => {
  const surface = coilsOf(
    "##$VisuCoilReceiveType=SURFACE_COIL\n##$VisuCoilReceiveIsQuadrature=Yes\n##$VisuCoilTransmitType=SURFACE_COIL",
  );
  expect(surface).toEqual({
    MRReceiveCoilSequence: [
      { ...receive, ReceiveCoilType: "SURFACE", QuadratureReceiveCoil: "YES" },
    ],
    MRTransmitCoilSequence: [{ ...transmit, TransmitCoilType: "SURFACE" }],
  });
  for (const text of ["", "##$VisuCoilReceiveType=MULTICOIL"]) {
    expect(coilsOf(text)).toEqual({
      MRReceiveCoilSequence: [
        { ...receive, ReceiveCoilType: "VOLUME", QuadratureReceiveCoil: "NO" },
      ],
      MRTransmitCoilSequence: [{ ...transmit, TransmitCoilType: "VOLUME" }],
    });
  }
});
